import type { Attempt } from '../../fit/attempts.js'

/** Says in one line how an attempt went. */
export function describeAttempt ({
  seed,
  outcome,
  steps,
  reason,
  totalCorrelation,
  coincidence,
  deadPartitions = 0,
  loss,
}: Attempt): string {
  return [
    `seed ${seed}`,
    outcome === 'finished'
      ? `finished after ${steps} steps`
      : `${outcome}${steps > 0 ? ` after ${steps} steps` : ''}${reason === undefined ? '' : `: ${reason}`}`,
    ...(totalCorrelation === undefined ? [] : [`total correlation ${totalCorrelation.toFixed(3)} nats`]),
    ...(coincidence === undefined ? [] : [`sprites coincide in ${Math.round(100 * coincidence)}%`]),
    ...(deadPartitions === 0 ? [] : [`${deadPartitions} dead ${deadPartitions === 1 ? 'partition' : 'partitions'}`]),
    ...(loss === undefined ? [] : [`loss ${loss.toFixed(2)}`]),
  ].join(', ')
}
