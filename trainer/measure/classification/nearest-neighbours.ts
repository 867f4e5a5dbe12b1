import { UNPACED, type Pace } from '../pace.js'
import { defineJob } from '../work/job.js'
import type { Classifying } from './classifying.js'
import type { Table } from '../disentanglement/representation.js'

/**
 * Classes of `queries` by a majority of the k nearest rows of `train` in Euclidean distance (Cover & Hart 1967), the
 * smallest class where votes are tied, as scikit-learn and PyTorch's `mode` have it. Every distance is computed: 15,000
 * × 2,000 rows of 10 columns take less than a second.
 * @param labels class of each row of `train`, 0 … classes − 1
 * @returns [queries.rows]
 */
export async function classifyByNeighbours (
  train: Table,
  labels: Uint8Array,
  queries: Table,
  classes: number,
  k = 10,
  pace: Pace = UNPACED
): Promise<Uint8Array> {
  const { columns } = train
  const neighbours = Math.min(k, train.rows)
  const distances = new Float64Array(neighbours)
  const nearest = new Int32Array(neighbours)
  const found = new Uint8Array(queries.rows)
  for (let query = 0; query < queries.rows; query++) {
    await pace()
    distances.fill(Infinity)
    for (let row = 0; row < train.rows; row++) {
      const limit = distances[neighbours - 1]!
      let distance = 0
      for (let i = 0; i < columns && distance < limit; i++) {
        distance += (queries.values[query * columns + i]! - train.values[row * columns + i]!) ** 2
      }
      if (distance >= limit) continue
      let place = neighbours - 1
      for (; place > 0 && distances[place - 1]! > distance; place--) {
        distances[place] = distances[place - 1]!
        nearest[place] = nearest[place - 1]!
      }
      distances[place] = distance
      nearest[place] = row
    }
    const votes = new Uint16Array(classes)
    for (const row of nearest) votes[labels[row]!]!++
    found[query] = votes.indexOf(Math.max(...votes))
  }
  return found
}

export const neighboursSay = defineJob(
  import.meta.url,
  'neighboursSay',
  ({ train, labels, queries, classes, neighbours }: Classifying & { readonly neighbours: number }, pace) =>
    classifyByNeighbours(train, labels, queries, classes, neighbours, pace)
)
