/** Says in plain words what the measures of a model mean: what is good, what is worrying, what to try next. */
import type { Partition } from '@partition-vae/models'
import type { Metrics } from '../measure/metrics-schema.js'

/**
 * The values at which good ends and worrying begins: the only place that says so. What lies between is not mentioned.
 * Shares are 0 to 1.
 *
 * They come from the runs behind the models that ship, where they part those one would keep from those one would not;
 * they are rules of thumb, not tests.
 */
export const THRESHOLDS = {
  /** Squared error ÷ variance of the images: 0 is a perfect reconstruction, 1 what the mean image gives. */
  error: { good: 0.25, worrying: 0.5 },
  /** KL of an image, nats: a latent with less tells next to nothing. */
  kl: { worrying: 1 },
  /** Share of units that vary over images. */
  activeUnits: { good: 0.8, worrying: 0.5 },
  /** Between partitions, of samples, nats: what partitions say twice. */
  totalCorrelation: { good: 0.15, worrying: 0.5 },
  /**
   * Share of the pixel variance that changes with a partition: one with less hardly shows. A dead one has less than
   * 0.0005.
   */
  swapEffect: { worrying: 0.005 },
  /** The largest swap effect ÷ the sum of all: with more, one partition does everything. */
  dominance: { worrying: 0.95 },
  /** Deviation of a unit's posterior means; the prior's is 1. */
  deviation: { worrying: 2.5 },
  /**
   * Gap of a group of factors (R² of the best partition less that of the second best) ÷ the gap that correlated factors
   * allow.
   */
  shareOfCeiling: { good: 0.7, worrying: 0.3 },
  /** Accuracy, by a linear classifier, of the best partition ÷ that of the whole latent, above chance. */
  classShare: { good: 0.9, worrying: 0.75 },
  /** Score of a swapped partition ÷ the score that the reconstruction allows. */
  counterfactual: { good: 0.8, worrying: 0.4 },
  /** Score of an object: 1 is a perfect reconstruction, 0 a picture without it. */
  object: { good: 0.8, worrying: 0.4 },
  /** Images: fewer make every number rough. */
  images: { worrying: 100 },
} as const

export interface Verdict {
  readonly good: readonly string[]
  readonly worrying: readonly string[]
  readonly next: readonly string[]
}

interface Finding {
  readonly kind: 'good' | 'worrying'
  readonly text: string
  readonly next?: string
}

/** More advice than this is none. */
const MOST_ADVICE = 3

/** Sentences for people. `partitions`: of the card, with their labels where they have some. */
export function judge (metrics: Metrics, partitions: readonly Partition[]): Verdict {
  const named = (name: string) => partitions.find(partition => partition.name === name)?.label ?? name
  const findings = [
    ...judgeReconstruction(metrics),
    ...judgeLatent(metrics),
    ...judgePartitions(metrics, named),
    ...judgeFactors(metrics, named),
    ...judgeClasses(metrics, named),
    ...judgeScenes(metrics),
  ]
  const of = (kind: Finding['kind']) => findings.filter(finding => finding.kind === kind).map(({ text }) => text)
  const advice = [...new Set(findings.flatMap(({ next }) => next === undefined ? [] : [next]))].slice(0, MOST_ADVICE)
  const unnamed =
    partitions.length > 1 && partitions.every(({ name, label }) => label === undefined && /^p\d+$/.test(name))
  const last = unnamed
    ? ['look at the partition swaps in the report, and name what each partition holds (pvae label)']
    : []
  return {
    good: of('good'),
    worrying: of('worrying'),
    next:
      advice.length > 0
        ? advice
        : last.length > 0
          ? last
          : ['nothing needs mending: look at the figures of the report'],
  }
}

const good = (text: string): Finding => ({ kind: 'good', text })
const worrying = (text: string, next?: string): Finding => ({
  kind: 'worrying',
  text,
  ...(next === undefined ? {} : { next }),
})
const percent = (share: number) => `${share < 0.01 ? (100 * share).toFixed(1) : Math.round(100 * share)}%`
const two = (value: number) => value.toFixed(2)

function judgeReconstruction ({ mse, imageVariance = 0, images }: Metrics): Finding[] {
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

function judgeLatent ({ kl, activeUnits, klByUnit, latent }: Metrics): Finding[] {
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
    if (share < THRESHOLDS.activeUnits.worrying) {
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

function judgePartitions (
  { deadPartitions, swapEffect, totalCorrelation, kl, klByPartition }: Metrics,
  named: (name: string) => string
): Finding[] {
  const findings: Finding[] = []
  const dead = deadPartitions.map(({ name }) => name)
  const count = Object.keys(klByPartition).length
  if (dead.length > 0) {
    findings.push(
      worrying(
        `${dead.map(named).join(', ')} ${dead.length === 1 ? 'holds' : 'hold'} nothing (dead)`,
        'try other seeds (--restarts 4), a lower --beta, or fewer partitions'
      )
    )
  } else if (count > 1) {
    findings.push(good(`all ${count} partitions hold something`))
  }
  if (swapEffect !== null && count > 1 && kl >= THRESHOLDS.kl.worrying) {
    const faint = Object.entries(swapEffect).filter(
      ([name, share]) => share < THRESHOLDS.swapEffect.worrying && !dead.includes(name)
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
    if (all > 0 && share / all > THRESHOLDS.dominance.worrying) {
      findings.push(
        worrying(
          `${named(largest)} does ${percent(share / all)} of what partitions do to the image`,
          `make ${named(largest)} smaller, so that others get to say something`
        )
      )
    }
  }
  if (totalCorrelation !== null && count > 1 && dead.length < count) {
    const { samples } = totalCorrelation
    // Between partitions that say nothing there is nothing to share.
    if (samples <= THRESHOLDS.totalCorrelation.good && dead.length === 0 && kl >= THRESHOLDS.kl.worrying) {
      findings.push(good(`partitions hardly correlate (total correlation of Gaussians ${samples.toFixed(3)} nats)`))
    }
    if (samples > THRESHOLDS.totalCorrelation.worrying) {
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

function judgeFactors ({ disentanglement }: Metrics, named: (name: string) => string): Finding[] {
  if (disentanglement === undefined || disentanglement === null) return []
  const { groups: { groups, matrix, partitions, gap, meanGap }, ceiling, control } = disentanglement
  if (partitions.length < 2) return []
  const bestOf = (g: number) =>
    partitions[matrix.map(row => row[g]!).reduce((best, value, p, column) => (value > column[best]! ? p : best), 0)]!
  const shares = groups.map((group, g) => {
    const allowed = ceiling?.gap[group] ?? 1
    return { group, partition: bestOf(g), share: allowed > 0 ? gap[group]! / allowed : 0 }
  })
  const apart = shares.filter(({ share }) => share >= THRESHOLDS.shareOfCeiling.good)
  const nameGroup = ({ group, partition }: (typeof apart)[number]) =>
    named(partition) === group ? group : `${group} in ${named(partition)}`
  const mixed = shares.filter(({ share }) => share < THRESHOLDS.shareOfCeiling.worrying)
  const chance = control === undefined ? undefined : control.meanGap.mean + 2 * control.meanGap.deviation
  return [
    ...(apart.length > 0 ? [good(`told apart: ${apart.map(nameGroup).join(', ')}`)] : []),
    ...(mixed.length > 0
      ? [
          worrying(
            `in several partitions, or in none: ${mixed.map(({ group }) => group).join(', ')}`,
            'try a few labels for it (objective.labels), or other sizes of partitions'
          ),
        ]
      : []),
    ...(chance !== undefined && meanGap <= chance
      ? [
          worrying(
            `factors are no further apart than under random partitions of the same sizes (gap ${two(meanGap)}, ` +
              `random ${two(control!.meanGap.mean)})`,
            'try another seed, a higher weight of total correlation, or pairs of images (objective.pairs)'
          ),
        ]
      : []),
  ]
}

function judgeClasses ({ classification }: Metrics, named: (name: string) => string): Finding[] {
  if (classification === undefined || classification === null) return []
  const { linear: { all, byPartition }, chance } = classification
  const ranked = Object.entries(byPartition).sort(([, a], [, b]) => b - a)
  if (ranked.length < 2 || all <= chance) return []
  const [name, best] = ranked[0]!
  const share = (best - chance) / (all - chance)
  if (share >= THRESHOLDS.classShare.good) {
    return [
      good(
        `the class is in ${named(name)}: it alone tells ${percent(best)} of the images rightly, the whole latent ` +
          `${percent(all)}`
      ),
    ]
  }
  if (share >= THRESHOLDS.classShare.worrying) return []
  return [
    worrying(
      `the class is spread over partitions: ${named(name)} alone tells ${percent(best)} of the images rightly, the ` +
        `whole latent ${percent(all)}`,
      'where one partition is to hold the class: a larger one, or a few labels (objective.labels)'
    ),
  ]
}

function judgeScenes ({ counterfactual, objects }: Metrics): Finding[] {
  const findings: Finding[] = []
  if (counterfactual !== undefined && counterfactual !== null) {
    const { groups, best, attainable } = counterfactual
    const shareOf = (group: string) => (attainable?.[group] ?? 1) > 0 ? best[group]! / (attainable?.[group] ?? 1) : 0
    const wrong = groups.filter(group => shareOf(group) < THRESHOLDS.counterfactual.worrying)
    if (groups.every(group => shareOf(group) >= THRESHOLDS.counterfactual.good)) {
      findings.push(good('swapping a partition changes one thing in the image, and that rightly'))
    }
    if (wrong.length > 0) {
      findings.push(
        worrying(
          `no partition swaps ${wrong.join(', ')} without changing other things`,
          'try other seeds (--restarts 4)'
        )
      )
    }
  }
  const known = Object.entries(objects ?? {})
  const lost = known.filter(([, { score }]) => score < THRESHOLDS.object.worrying).map(([name]) => name)
  if (known.length > 0 && known.every(([, { score }]) => score >= THRESHOLDS.object.good)) {
    findings.push(good('every object is reconstructed'))
  }
  if (lost.length > 0) {
    findings.push(
      worrying(
        `hardly reconstructed: ${lost.join(', ')}`,
        'train longer (--epochs), or try other seeds (--restarts 4)'
      )
    )
  }
  return findings
}

/** For a terminal. */
export function describeVerdict ({ good, worrying, next }: Verdict): string {
  const lines = (title: string, sentences: readonly string[]) =>
    sentences.map((sentence, i) => `${(i === 0 ? title : '').padEnd(9)} ${sentence}`)
  return [...lines('good', good), ...lines('worrying', worrying), ...lines('next', next)].join('\n')
}
