import t from 'tap'
import { clipByGlobalNorm } from '../../../trainer/optimizer/clip.js'
import { runEagerly, type Input } from '../../helpers/compare-engines.js'

const a: Input = { shape: [2], values: Float32Array.of(3, 0) }
const b: Input = { shape: [1, 1], values: Float32Array.of(4) }
const clipped = async (limit: number, given = { a, b }) => {
  const { x, y } = await runEagerly(({ a, b }) => {
    const [x, y] = clipByGlobalNorm([a!, b!], limit)
    return { x: x!, y: y! }
  }, given)
  return [...x!.values, ...y!.values]
}

t.test('gradients are scaled together to the limit, and left alone below it', async t => {
  const half = await clipped(2.5)
  t.ok([1.5, 0, 2].every((value, i) => Math.abs(half[i]! - value) < 1e-6))
  t.strictSame(await clipped(5), [3, 0, 4])
  t.strictSame(await clipped(100), [3, 0, 4])
  const zeros = { a: { shape: [2], values: new Float32Array(2) }, b: { shape: [1, 1], values: new Float32Array(1) } }
  t.strictSame(await clipped(1, zeros), [0, 0, 0])
})
