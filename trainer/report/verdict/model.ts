/** Judges a model by the measures that any data set allows: reconstruction, latent and partitions. */
import { hasSlots, NO_KINDS, type PartitionKinds } from '../../config/partition-kinds.js'
import type { Metrics } from '../../measure/metrics-schema.js'
import { deadPartitionsOf, stillBackgrounds } from './still-background.js'
import { holdingTheirThings } from './things.js'
import { THRESHOLDS } from './thresholds.js'
import { good, percent, two, worrying, type Finding } from './finding.js'

export function judgeReconstruction ({ mse, imageVariance = 0, images }: Metrics): Finding[] {
  const rough =
    images < THRESHOLDS.images.worrying
      ? [
          worrying(
            `only ${images} images were measured (fewer than ${THRESHOLDS.images.worrying}): every number is rough`,
            'measure on more images: a larger test split'
          ),
        ]
      : []
  if (imageVariance === 0) return rough
  const share = mse / imageVariance
  if (share <= THRESHOLDS.error.good) {
    return [...rough, good(`reconstructions keep ${percent(1 - share)} of what varies between the images`)]
  }
  if (share <= THRESHOLDS.error.worrying) return rough
  return [
    ...rough,
    worrying(
      share >= 0.99
        ? 'reconstructions are no better than the average image'
        : `reconstructions miss ${percent(share)} of what varies between the images`,
      'train longer (--epochs), or with a lower --beta'
    ),
  ]
}

export function judgeLatent (
  { kl, activeUnits, klByUnit, latent }: Metrics, kinds: PartitionKinds = NO_KINDS
): Finding[] {
  if (kl < THRESHOLDS.kl.worrying) {
    return [
      worrying(
        `the latent tells next to nothing about an image (KL ${two(kl)} nats): it has collapsed to the prior`,
        'lower --beta, or let it rise later (objective.betaWarmup)'
      ),
    ]
  }
  const findings: Finding[] = []
  if (activeUnits !== null) {
    const share = activeUnits / klByUnit.length
    if (share >= THRESHOLDS.activeUnits.good) {
      findings.push(good(`${activeUnits} of ${klByUnit.length} units are in use`))
    }
    // Units of slots that stay closed are not in use, and need not be.
    if (share < THRESHOLDS.activeUnits.worrying && !hasSlots(kinds)) {
      findings.push(
        worrying(
          `only ${activeUnits} of ${klByUnit.length} units are in use: β weighs more than what they could tell`,
          'lower --beta, or make the partitions smaller'
        )
      )
    }
  }
  const widest = Math.max(...latent.standardDeviation)
  if (widest > THRESHOLDS.deviation.worrying) {
    findings.push(
      worrying(
        `posterior means spread ${two(widest)} times as far as the prior: samples of the prior will not look like ` +
          'the images',
        'raise --beta'
      )
    )
  }
  return findings
}

export function judgePartitions (
  metrics: Metrics,
  named: (name: string) => string,
  kinds: PartitionKinds = NO_KINDS
): Finding[] {
  const { swapEffect, totalCorrelation, kl, klByPartition } = metrics
  const holding = holdingTheirThings(metrics)
  // A small thing hardly shows among all pixels, and is no less one.
  const empty = deadPartitionsOf(metrics, kinds)
    .filter(({ name, reasons }) => reasons.includes('kl') || !holding.includes(name))
    .map(({ name }) => name)
  const dead = empty.filter(name => kinds.get(name) !== 'background')
  const still = stillBackgrounds(metrics, kinds)
  const count = Object.keys(klByPartition).length
  const findings: Finding[] = [
    ...still.map(name => good(`the background stands still: ${named(name)} has nothing to tell`)),
    ...empty
      .filter(name => !dead.includes(name))
      .map(name => worrying(`the background (${named(name)}) holds nothing, and not all that changes is drawn`)),
  ]
  if (dead.length > 0) {
    findings.push(
      worrying(
        `${dead.map(named).join(', ')} ${dead.length === 1 ? 'holds' : 'hold'} nothing (dead)`,
        'try other seeds (--restarts 4), a lower --beta, or fewer partitions'
      )
    )
  } else if (count > 1 && empty.length === 0) {
    findings.push(good(`all ${still.length > 0 ? `other ${count - still.length}` : count} partitions hold something`))
  }
  if (swapEffect !== null && count > 1 && kl >= THRESHOLDS.kl.worrying) {
    const faint = Object.entries(swapEffect).filter(
      ([name, share]) =>
        share < THRESHOLDS.swapEffect.worrying && ![...empty, ...still, ...holding].includes(name)
    )
    if (faint.length > 0) {
      findings.push(
        worrying(
          `${faint.map(([name, share]) => `${named(name)} (${percent(share)})`).join(', ')} hardly shows in the image`,
          'make that partition smaller, or look at its swaps in the report'
        )
      )
    }
    const [largest, share] = Object.entries(swapEffect).sort(([, a], [, b]) => b - a)[0]!
    const all = Object.values(swapEffect).reduce((sum, value) => sum + value, 0)
    // Things are as large as they are.
    if (all > 0 && share / all > THRESHOLDS.dominance.worrying && holding.length < 2) {
      findings.push(
        worrying(
          `${named(largest)} does ${percent(share / all)} of what partitions do to the image`,
          `make ${named(largest)} smaller, so that others get to say something`
        )
      )
    }
  }
  if (totalCorrelation !== null && count > 1 && empty.length < count) {
    const { samples } = totalCorrelation
    // Between partitions that say nothing there is nothing to share.
    if (samples <= THRESHOLDS.totalCorrelation.good && empty.length === 0 && kl >= THRESHOLDS.kl.worrying) {
      findings.push(good(`partitions hardly correlate (total correlation of Gaussians ${samples.toFixed(3)} nats)`))
    }
    // Of things in footage it is known which pairs depend on each other, and by how much more than the things do.
    if (samples > THRESHOLDS.totalCorrelation.worrying && holding.length === 0) {
      findings.push(
        worrying(
          `partitions say the same things twice (total correlation ${two(samples)} nats)`,
          'weigh it in the loss: --set objective.totalCorrelation.weight=10'
        )
      )
    }
  }
  return findings
}
