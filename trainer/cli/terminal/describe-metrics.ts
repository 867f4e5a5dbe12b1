import { partitionKinds } from '../../config/partition-kinds.js'
import type { RunConfig } from '../../config/schema.js'
import { describeDisentanglement } from '../../report/describe-disentanglement.js'
import { deadPartitionsOf } from '../../report/verdict/still-background.js'
import type { Metrics } from '../../measure/metrics-schema.js'

/** For people: one line, and what is known about factors and classes below it. */
export function describeMetrics (metrics: Metrics, config: Pick<RunConfig, 'name' | 'model'>, split = 'test'): string {
  const {
    disentanglement, counterfactual, objects, segmentation, classification, importanceWeighted, things,
    notMeasured = {},
  } = metrics
  return [
    headline(metrics, config, split),
    ...(importanceWeighted === undefined || importanceWeighted === null
      ? []
      : [
          `log p(x) ≥ ${importanceWeighted.bound.toFixed(2)} nats (importance weighted, K = ` +
            `${importanceWeighted.samples}, ${importanceWeighted.images} images)`,
        ]),
    ...(disentanglement === undefined || disentanglement === null
      ? []
      : [describeDisentanglement(disentanglement, counterfactual ?? undefined)]),
    ...(objects === undefined || objects === null
      ? []
      : [
          `objects reconstructed: ${Object.entries(objects)
            .map(([name, { score, mse }]) => `${name} ${score.toFixed(2)} (mse ${mse.toFixed(4)})`)
            .join(', ')}`,
        ]),
    ...(segmentation === undefined || segmentation === null ? [] : [describeSegmentation(segmentation)]),
    ...(classification === undefined || classification === null ? [] : [describeClassification(classification)]),
    ...(things === undefined || things === null ? [] : describeThings(things)),
    ...Object.entries(notMeasured).map(([what, reason]) => `not measured: ${what}: ${reason}`),
  ].join('\n')
}

function headline (
  metrics: Metrics,
  { name, model }: Pick<RunConfig, 'name' | 'model'>,
  split: string
): string {
  const { mse, reconstruction, kl, klByPartition, activeUnits, klByUnit } = metrics
  const deadPartitions = deadPartitionsOf(metrics, partitionKinds(model))
  const parts = Object.entries(klByPartition)
    .map(([partition, part]) => `${partition} ${part.toFixed(2)}`)
    .join(', ')
  const dead =
    deadPartitions.length === 0 ? '' : `; dead partitions: ${deadPartitions.map(({ name }) => name).join(', ')}`
  return (
    `${name} on the ${split} split: mse ${mse.toFixed(5)}, reconstruction ${reconstruction.toFixed(2)} nats, KL ` +
    `${kl.toFixed(2)} nats (${parts}), ` +
    `${activeUnits ?? '?'} of ${klByUnit.length} units active${dead}`
  )
}

function describeClassification ({
  nearestNeighbours,
  linear,
  neighbours,
  chance,
  classes,
}: NonNullable<Metrics['classification']>): string {
  const line = ({ all, byPartition }: typeof linear) =>
    `${Object.entries(byPartition)
      .map(([name, accuracy]) => `${name} ${accuracy.toFixed(3)}`)
      .join(', ')}, all ${all.toFixed(3)}`
  return `class accuracy by ${neighbours} nearest neighbours: ${line(nearestNeighbours)}; linear: ${line(linear)} ` +
    `(majority ${chance.toFixed(3)}, chance ${(1 / classes).toFixed(3)})`
}

function describeSegmentation ({
  images, fgAri, fgAriOfSeveral, ari, meanIou, meanBestOverlap, detection, countRight, countRightByChance, thingClasses,
  mseOnThings, mseOnRing,
}: NonNullable<Metrics['segmentation']>): string {
  const error = (value: number | undefined) => value?.toFixed(5) ?? '–'
  const several = fgAriOfSeveral === undefined || fgAriOfSeveral === fgAri
    ? ''
    : ` (${fgAriOfSeveral.toFixed(3)} where there are several things)`
  const classes = thingClasses === undefined
    ? ''
    : `; classes of things by clusters of forms ${thingClasses.accuracy.toFixed(3)} ` +
      `(${thingClasses.byChance.toFixed(3)} by chance)`
  return (
    `against masks of ${images} images: FG-ARI ${fgAri.toFixed(3)}${several}, ARI ${ari.toFixed(3)}, mean IoU ` +
    `${meanIou.toFixed(3)}, best overlap ${meanBestOverlap.toFixed(3)}, F1 of detections ${detection.f1.toFixed(3)}, ` +
    `count right ${countRight.toFixed(3)} (${countRightByChance.toFixed(3)} by chance), mse on things ` +
    `${error(mseOnThings)}, on a ring around them ${error(mseOnRing)}${classes}`
  )
}

function describeThings ({ partitions, split, images, unexplained }: NonNullable<Metrics['things']>): string[] {
  const share = (value: number) => String(Math.round(100 * value))
  const known = Object.entries(partitions).map(
    ([name, { swapInside, follows, reconstructed }]) =>
      `${name} ${share(swapInside)}/${share(follows)}/${share(reconstructed)}%`
  )
  return [
    ...(known.length === 0
      ? []
      : [
          `things on ${images} ${split} images, change of a swap inside its thing / drawn there / reconstructed: ` +
            known.join(', '),
        ]),
    ...(unexplained === null ? [] : [`in no partition: ${(100 * unexplained.outside).toFixed(1)}% of what changes`]),
  ]
}
