/** Unsupervised disentanglement ranking (Duan et al. 2020): whether models of other seeds part what they say alike. */

/** What one model says of images that the others have seen too. */
export interface Representation {
  /** Posterior means, [N, D]. */
  readonly means: Float32Array
  /** KL by unit, [D]: units that say less than 0.01 nat are left out of sums. */
  readonly kl: readonly number[]
}

/** Nats below which a unit says nothing. */
const INFORMATIVE = 0.01

/**
 * The rank of models that differ by their seed: the median over models of the median over the others of their
 * agreement, 0 to 1. A unit agrees where one unit of the other model, and no further one, rises and falls with it
 * (absolute rank correlation). Needs no labels; it is comparable between models of the same images.
 * @param models at least two, of the same images in the same order
 */
export function rankDisentanglement (models: readonly Representation[]): number {
  const ranked = models.map(({ means, kl }) => ({ kl, columns: columnsOf(means, kl.length).map(standardRanks) }))
  return median(ranked.map((one, i) => median(ranked.filter((_, j) => j !== i).map(other => agreement(one, other)))))
}

interface Ranked {
  readonly kl: readonly number[]
  /** Ranks of each unit with mean 0 and length 1, [D][N]. */
  readonly columns: readonly Float64Array[]
}

function agreement (a: Ranked, b: Ranked): number {
  const [ofA, ofB] = [a, b].map(({ columns, kl }) => columns.filter((_, unit) => kl[unit]! > INFORMATIVE)) as
    [Float64Array[], Float64Array[]]
  if (ofA.length === 0 || ofB.length === 0) return 0
  const similarity = ofA.map(one => ofB.map(other => Math.abs(product(one, other)))) // [D_a][D_b]
  const rows = similarity // what of b is like each unit of a
  const columns = ofB.map((_, unit) => similarity.map(row => row[unit]!))
  const scores = [...rows, ...columns].map(row => {
    const sum = row.reduce((total, value) => total + value, 0)
    return sum === 0 ? 0 : Math.max(...row) ** 2 / sum
  })
  return scores.reduce((total, score) => total + score, 0) / (ofA.length + ofB.length)
}

/** means: [N, D] → [D][N] */
function columnsOf (means: Float32Array, size: number): Float64Array[] {
  return Array.from({ length: size }, (_, unit) =>
    Float64Array.from({ length: means.length / size }, (_, row) => means[row * size + unit]!))
}

/** Ranks with mean 0 and length 1; equal values share their mean rank. Of a constant: zeros. [N] → [N] */
function standardRanks (values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((i, j) => values[i]! - values[j]!)
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++
    for (let at = from; at <= to; at++) ranks[order[at]!] = (from + to) / 2 - (values.length - 1) / 2
    from = to + 1
  }
  const length = Math.sqrt(product(ranks, ranks))
  return length === 0 ? ranks : ranks.map(rank => rank / length)
}

function product (a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}

function median (values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
