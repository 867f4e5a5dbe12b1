/** Finds what a model is bad at, in what was measured and in its sample. */
import type { Measures } from './measures.js'
import { join, nameOfFactor, percent, two, whyAtRest, writeNats } from './report.js'
import type { Sample } from './sample.js'
import { titleOf, type Partition } from './scene.js'

export interface Weakness {
  /** What it is about, to be read first. */
  readonly what: string
  readonly words: string
}

/** Thresholds of the trainer's verdict, `trainer/report/verdict/thresholds.ts`. */
const LEAST = { share: 0.3, own: 0.5, unexplained: 0.05, shared: 0.5, error: 0.5, images: 100, known: 0.9 }
/** More is a list that nobody reads. */
const MOST = 5
/** How much worse some images are drawn than others before it is said. */
const WORSE = 1.5

const least = (a: number, b: number) => a - b

/** Writes an error as `.0069`. */
export const writeError = (error: number): string =>
  error >= 1e-5 ? Number(error.toPrecision(2)).toString().replace(/^0/, '') : error.toExponential(1)

function ofFactors (measures: Measures): Weakness[] {
  const factors = Object.entries(measures.explained).map(([factor, shares]) =>
    ({ factor, share: Math.max(...Object.values(shares)) })).sort((a, b) => a.share - b.share)
  const worst = factors[0]
  const mixed = Object.entries(measures.groups).filter(([group, shares]) => {
    const [best = 0, next = 0] = Object.values(shares).sort(least).reverse()
    const allowed = measures.ceiling[group] ?? 1
    return allowed > 0 && (best - Math.max(next, 0)) / allowed < LEAST.share
  }).map(([group]) => group)
  return [
    ...measures.gap !== undefined && measures.chanceGap !== undefined && measures.gap <= measures.chanceGap * 1.1
      ? [{
          what: 'Its partitions',
          words: `tell things apart hardly better than random ones: gap ${two(measures.gap)}, random ` +
            `${two(measures.chanceGap)}.`,
        }]
      : [],
    ...mixed.length > 0
      ? [{
          what: nameOfFactor(join(mixed)),
          words: `${mixed.length > 1 ? 'are' : 'is'} in several partitions, or in none.`,
        }]
      : [],
    ...worst !== undefined && worst.share < LEAST.known && !mixed.includes(worst.factor.split('/')[0]!)
      ? [{
          what: nameOfFactor(worst.factor),
          words: `is the least known of ${factors.length} factors: R²\u00a0${two(worst.share)}.`,
        }]
      : [],
  ]
}

function ofThings (measures: Measures, partitions: readonly Partition[]): Weakness[] {
  const worst = Object.entries(measures.things).sort(([, a], [, b]) => a.reconstructed - b.reconstructed)[0]
  const title = (name: string) => partitions.filter(partition => partition.name === name).map(titleOf)[0] ?? name
  const { unexplained } = measures
  return [
    ...unexplained !== undefined && unexplained >= LEAST.unexplained
      ? [{ what: 'What moves', words: `is in no partition by ${percent(unexplained)}: nobody draws it.` }]
      : [],
    ...worst !== undefined && worst[1].reconstructed < LEAST.known
      ? [{
          what: title(worst[0]),
          words: 'is the least well drawn of the things that move: ' +
            `${percent(Math.max(worst[1].reconstructed, 0))} of it.`,
        }]
      : [],
  ]
}

function ofLatent (
  measures: Measures, partitions: readonly Partition[], kinds: ReadonlyMap<string, string>
): Weakness[] {
  const units = partitions.reduce((sum, { size }) => sum + size, 0)
  const { shared, activeUnits, squaredError, imageVariance, images } = measures
  return [
    ...partitions
      .filter(({ name }) => measures.dead.includes(name) && whyAtRest(measures, name, kinds) === undefined)
      .map(partition => ({ what: titleOf(partition), words: 'says nothing: it is dead.' })),
    ...squaredError !== undefined && imageVariance !== undefined && squaredError / imageVariance > LEAST.error
      ? [{ what: 'Reconstructions', words: `miss ${percent(squaredError / imageVariance)} of what varies.` }]
      : [],
    ...shared !== undefined && shared > LEAST.shared
      ? [{ what: 'Partitions', words: `say some things twice: they share ${writeNats(shared)} nats.` }]
      : [],
    // Units of slots rest where there is no thing, and some have nothing to tell by design.
    ...activeUnits !== undefined && activeUnits < units && ![...kinds.values()].includes('slot')
      ? [{ what: `${units - activeUnits} of ${units} units`, words: 'are not in use.' }]
      : [],
    ...images !== undefined && images < LEAST.images
      ? [{ what: `Only ${images} images`, words: 'were measured: every number is rough.' }]
      : [],
  ]
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Finds the class that is drawn worst. */
function ofClasses ({ classes, squaredError }: Sample): Weakness[] {
  if (classes === undefined) return []
  const errors = new Map<number, number[]>()
  classes.forEach((label, i) => { errors.set(label, [...errors.get(label) ?? [], squaredError[i]!]) })
  const ranked = [...errors].map(([label, values]) => ({ label, error: meanOf(values) }))
    .sort((a, b) => b.error - a.error)
  const [worst] = ranked
  const usual = meanOf([...squaredError])
  if (worst === undefined || worst.error < usual * 1.2) return []
  return [{
    what: `Class ${worst.label}`,
    words: `is drawn worst: squared error ${writeError(worst.error)}, all images ${writeError(usual)}.`,
  }]
}

/** Finds the factor with whose value the error grows most: the upper third of the images against the lower. */
function ofValues ({ factor, factors, squaredError, count }: Sample): Weakness[] {
  if (factor === undefined) return []
  const third = Math.floor(count / 3)
  const found = factors.map((name, k) => {
    const rows = Array.from({ length: count }, (_, n) => n)
      .sort((a, b) => factor[a * factors.length + k]! - factor[b * factors.length + k]!)
    const error = (some: readonly number[]) => meanOf(some.map(row => squaredError[row]!))
    const [low, high] = [error(rows.slice(0, third)), error(rows.slice(-third))]
    return { name, low, high, ratio: Math.max(low / high, high / low) }
  }).sort((a, b) => b.ratio - a.ratio)[0]
  if (found === undefined || !(found.ratio >= WORSE)) return []
  const { name, low, high } = found
  const [worse, better] = high > low ? ['high', 'low'] : ['low', 'high']
  const [group, last] = [name.split('/')[0]!, name.split('/').at(-1)!]
  return [{
    what: `Images with ${worse} ${group === last ? last : `${group} ${last}`}`,
    words: `are drawn worse than those with ${better}: squared error ${writeError(Math.max(low, high))} against ` +
      `${writeError(Math.min(low, high))}.`,
  }]
}

/** Finds where a model is weak, the worst first. @param kinds of the partitions, by name */
export function findWeaknesses (
  measures: Measures, partitions: readonly Partition[], kinds: ReadonlyMap<string, string>, sample: Sample | undefined
): readonly Weakness[] {
  return [
    ...ofLatent(measures, partitions, kinds).slice(0, 3),
    ...ofThings(measures, partitions),
    ...ofFactors(measures),
    ...sample === undefined ? [] : [...ofValues(sample), ...ofClasses(sample)],
  ].slice(0, MOST)
}
