import { createRandom } from '../../random/index.js'
import { UNPACED, type Pace } from '../pace.js'
import { deviationOf } from './representation.js'

/**
 * Standard errors of any statistics of N images, by the delete-half jackknife (Shao & Wu 1989, "A general theory for
 * jackknife variance estimation"): the standard deviation over random halves, drawn without replacement. For a mean,
 * the variance over halves, σ²/(N/2) · (1 − ½), is that of the mean of all N, so nothing is to be rescaled.
 * @param measure named statistics of some images, by ascending index
 * @param options.draws number of halves, default 20: the deviation is then known to 16%
 * @param options.pace waited for before each
 */
export async function deviationOverHalves<K extends string> (
  count: number,
  seed: number,
  measure: (rows: Uint32Array) => Readonly<Record<K, number>>,
  { draws = 20, pace = UNPACED }: { draws?: number; pace?: Pace | undefined } = {}
): Promise<Record<K, number>> {
  const values: Array<Readonly<Record<K, number>>> = []
  for (let draw = 0; draw < draws; draw++) {
    await pace()
    const order = createRandom(seed, 'half-samples', draw).shuffle(Uint32Array.from({ length: count }, (_, i) => i))
    values.push(measure(order.slice(0, Math.ceil(count / 2)).sort()))
  }
  const names = Object.keys(values[0] ?? {}) as K[]
  return Object.fromEntries(names.map(name => [name, deviationOf(values.map(value => value[name]))])) as Record<
    K,
    number
  >
}
