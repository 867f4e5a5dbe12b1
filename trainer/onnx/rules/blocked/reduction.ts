import { withoutPadding } from '../../blocked/channel-padding.js'
import type { Shape4 } from '../../geometry.js'
import { BLOCKED, blockedChannels, storedAs } from '../../layout.js'
import { axesIn } from '../../kernels/reduction.js'
import { defineRule } from '../rule.js'

/** Without padding channels everything can be added up; with them, what they hold must not count. */
export const blockedSum = defineRule({
  name: 'blocked-sum',
  equation:
    "Σ over batch, rows and columns (a bias's gradient), or over everything, of an image that is blocked already",
  kernels: ['Sum'],
  matches ({ lowered, blockSize }, { inputs: { x }, attributes, outputs: [output] }) {
    const axes = axesIn(attributes, x!.shape).join()
    const name = axes === '' ? undefined : lowered(x!).stored.get(BLOCKED)
    if (name === undefined || output!.shape.length > 1) return undefined
    const channels = x!.shape[3]!
    const stored = blockedChannels(blockSize!, channels)
    const everything = axes === '0,1,2,3' && stored === channels
    return everything || axes === '0,1,2' ? { name, stored, everything } : undefined
  },
  rewrites ({ writer, blockSize: block }, { inputs: { x }, outputs: [output] }, { name, stored, everything }) {
    const { dtype, shape } = output!
    if (everything) return storedAs([], dtype, '', writer.node('ReduceSum', [name], { keepdims: 0 }))
    const [batch, height, width, channels] = x!.shape as Shape4
    const planes = writer.node('Reshape', [
      name,
      writer.integers([(batch * stored) / block!, height * width, block!]),
    ])
    const sums = writer.node('ReduceSum', [planes, writer.integers([1])], { keepdims: 0 }) // [N · C/B, B]
    const images = writer.node('Reshape', [sums, writer.integers([batch, stored])])
    const total = writer.node('ReduceSum', [images, writer.integers([0])], { keepdims: 0 }) // [⌈C/B⌉ · B]
    return storedAs(shape, dtype, '0', withoutPadding(writer, total, [stored], [channels]))
  },
})
