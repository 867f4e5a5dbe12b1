/** Says how two models differ. */
import type { Alignment } from './alignment.js'
import type { Measures } from './measures.js'
import { join, two } from './report.js'
import { titleOf, type Partition } from './scene.js'
import { writeError } from './weakness.js'

export interface Difference {
  /** The left partition that it is about; absent for both models as wholes and for what only the right one has. */
  readonly partition?: string | undefined
  /** To be read first. */
  readonly what: string
  readonly words: string
}

/** Shares of a partition's variance: told well, told in part, told hardly. */
const WELL = 0.75
const PART = 0.3
/** From which a second partition is mixed in. */
const MIXED = 0.2
/** By how much the errors of two models must differ to be worth a word. */
const BETTER = 1.1

function largest (values: readonly number[]): number {
  return values.indexOf(Math.max(...values))
}

function compareOne (
  alignment: Alignment, l: number, left: readonly Partition[], right: readonly Partition[]
): Difference {
  const { leftKnown, rightKnown, correlation, leftKnownByAll } = alignment
  const told = leftKnown[l]!
  const best = largest(correlation[l]!)
  const name = titleOf(right[best]!)
  const about = { partition: left[l]!.name, what: titleOf(left[l]!) }
  if (leftKnownByAll[l]! < PART) return { ...about, words: 'is only on the left.' }
  if (told[best]! >= WELL && rightKnown[l]![best]! >= WELL) {
    return { ...about, words: `is in both: it goes with ${name} on the right by ${two(correlation[l]![best]!)}.` }
  }
  const most = largest(told)
  if (told[most]! >= WELL) {
    const others = left.filter((_, other) => other !== l && rightKnown[other]![most]! >= MIXED).map(titleOf)
    const holder = titleOf(right[most]!)
    return {
      ...about,
      words: others.length === 0
        ? `is in both, but ${holder} on the right holds other things beside it.`
        : `is in both, but ${holder} on the right mixes it with ${join(others)}.`,
    }
  }
  const holders = right.filter((_, r) => told[r]! >= MIXED).map(titleOf)
  if (leftKnownByAll[l]! >= WELL && holders.length > 1) {
    return { ...about, words: `is spread over ${join(holders)} on the right.` }
  }
  const where = holders.length === 0 ? '' : `, mostly in ${join(holders)}`
  return { ...about, words: `is only in part on the right${where}: ${two(leftKnownByAll[l]!)} of it can be told there.` }
}

function compareErrors (left: Measures | undefined, right: Measures | undefined): Difference[] {
  const [a, b] = [left?.squaredError, right?.squaredError]
  if (a === undefined || b === undefined || Math.max(a, b) / Math.min(a, b) < BETTER) return []
  const [side, less, more] = a < b ? ['left', a, b] : ['right', b, a]
  return [{
    what: `The ${side}`,
    words: `draws closer: squared error ${writeError(less)} against ${writeError(more)} over the test images.`,
  }]
}

/** Names what differs: for each left partition where it is on the right, then what only the right has, then errors. */
export function nameDifferences (
  alignment: Alignment, left: readonly Partition[], right: readonly Partition[],
  measures: { readonly left: Measures | undefined, readonly right: Measures | undefined }
): readonly Difference[] {
  return [
    ...left.map((_, l) => compareOne(alignment, l, left, right)),
    ...right.filter((_, r) => alignment.rightKnownByAll[r]! < PART).map(partition =>
      ({ what: titleOf(partition), words: 'is only on the right.' })),
    ...compareErrors(measures.left, measures.right),
  ]
}
