/**
 * Estimates the mutual information in nats of a continuous and a discrete variable by nearest neighbours (Ross 2014,
 * "Mutual information between discrete and continuous data sets", equation 3): ψ(N) + ⟨ψ(k)⟩ − ⟨ψ(n_label)⟩ − ⟨ψ(m)⟩, m
 * the number of points of any label that are nearer than the k-th nearest of the own label, the point itself among
 * them; as scikit-learn's `mutual_info_classif`. Labels that occur once are left out.
 * @param values [N]
 * @param labels [N]
 * @param neighbours k; fewer where a label has not as many
 * @returns at least 0
 */
export function informationByNeighbours (values: Float64Array, labels: ArrayLike<number>, neighbours: number): number {
  const byLabel = new Map<number, number[]>()
  values.forEach((value, row) => {
    const own = byLabel.get(labels[row]!)
    if (own === undefined) byLabel.set(labels[row]!, [value])
    else own.push(value)
  })
  const groups = [...byLabel.values()].filter(({ length }) => length > 1).map(group => Float64Array.from(group).sort())
  const all = Float64Array.from(groups.flatMap(group => [...group])).sort()
  const psi = digammas(all.length + 1)
  let sum = 0
  for (const group of groups) {
    const k = Math.min(neighbours, group.length - 1)
    group.forEach((value, at) => {
      const reach = distanceToNeighbour(group, at, k)
      // Nearer than the k-th, not as near.
      const nearer = reach > 0 ? countWithin(all, value, reach) : countEqual(all, value)
      sum += psi[k]! - psi[group.length]! - psi[nearer]!
    })
  }
  return all.length === 0 ? 0 : Math.max(0, psi[all.length]! + sum / all.length)
}

/** The distance from a point of a sorted group to the k-th nearest other one. */
function distanceToNeighbour (group: Float64Array, at: number, k: number): number {
  let [low, high] = [at, at]
  let distance = 0
  for (let found = 0; found < k; found++) {
    const below = low > 0 ? group[at]! - group[low - 1]! : Infinity
    const above = high < group.length - 1 ? group[high + 1]! - group[at]! : Infinity
    distance = Math.min(below, above)
    if (below <= above) low--
    else high++
  }
  return distance
}

/** Points nearer than `reach` to a value. */
function countWithin (sorted: Float64Array, value: number, reach: number): number {
  return firstFrom(sorted, other => other - value >= reach) - firstFrom(sorted, other => value - other < reach)
}

function countEqual (sorted: Float64Array, value: number): number {
  return firstFrom(sorted, other => other > value) - firstFrom(sorted, other => other >= value)
}

/** The first index from which a condition holds, which holds from somewhere on. */
function firstFrom (sorted: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(sorted[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

/** ψ of whole numbers: ψ(1) = −γ, ψ(n + 1) = ψ(n) + 1/n. Index 0 is not used. */
function digammas (most: number): Float64Array {
  const psi = new Float64Array(most + 1)
  psi[1] = -0.5772156649015329
  for (let n = 1; n < most; n++) psi[n + 1] = psi[n]! + 1 / n
  return psi
}
