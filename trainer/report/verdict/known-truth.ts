/** Judges a model by the measures that need to know what the images show: factors, classes and scenes. */
import type { Metrics } from '../../measure/metrics-schema.js'
import { THRESHOLDS } from './thresholds.js'
import { good, percent, two, worrying, type Finding } from './finding.js'

export function judgeFactors ({ disentanglement }: Metrics, named: (name: string) => string): Finding[] {
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

export function judgeClasses ({ classification }: Metrics, named: (name: string) => string): Finding[] {
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

export function judgeScenes ({ counterfactual, objects }: Metrics): Finding[] {
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

export function judgeMasks ({ segmentation }: Metrics): Finding[] {
  if (segmentation === undefined || segmentation === null) return []
  const { fgAri, countRight } = segmentation
  if (fgAri >= THRESHOLDS.fgAri.good) {
    return [good(`things are taken apart as they are (FG-ARI ${two(fgAri)}; ${percent(countRight)} counted rightly)`)]
  }
  return fgAri >= THRESHOLDS.fgAri.worrying
    ? []
    : [
        worrying(
          `things are not taken apart as they are (FG-ARI ${two(fgAri)}; ${percent(countRight)} counted rightly)`,
          'train longer (--epochs), or try other seeds (--restarts 4)'
        ),
      ]
}
