/** Stops trials early: asynchronous successive halving (Li et al. 2018), in its form that stops and never pauses. */

export interface AshaOptions {
  /** Epochs before the first decision. */
  readonly first: number
  /** Of so many trials that reach a rung the best one goes on; the next rung is so many times as far. */
  readonly reduction: number
}

const ASHA_DEFAULTS: AshaOptions = { first: 1, reduction: 3 }

/** Tells whether an epoch is a rung: first · reduction^k. */
export function isRung (epoch: number, { first, reduction }: AshaOptions): boolean {
  for (let rung = first; rung <= epoch; rung *= reduction) {
    if (rung === epoch) return true
  }
  return false
}

/**
 * Tells whether a trial that reports at `epoch` ends there: at a rung, where it is not among the best 1 / reduction of
 * all trials that have reached it. The first to come goes on.
 * @param loss the trial's; not finite is the worst
 * @param others losses that other trials had at the same epoch
 */
export function isStopped (
  epoch: number,
  loss: number,
  others: readonly number[],
  options: AshaOptions = ASHA_DEFAULTS
): boolean {
  if (!Number.isFinite(loss)) return true
  if (!isRung(epoch, options)) return false
  const goOn = Math.max(1, Math.floor((others.length + 1) / options.reduction))
  return others.filter(other => other < loss).length >= goOn
}
