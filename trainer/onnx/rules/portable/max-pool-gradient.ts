/** The gradient of a max-pool for devices whose pools do not say where each maximum came from. */
import { poolGeometry, tiles, type Shape4 } from '../../geometry.js'
import { materialized, NCHW, storedAs } from '../../layout.js'
import { onnxTypes } from '../../writer.js'
import { defineRule } from '../rule.js'

/**
 * With the k = kh·kw pixels of a window side by side, its maxima are m = [x = y], and U an upper triangle of ones, m·U
 * counts them from the left; the first, which TensorFlow.js gives the gradient to, is where m = 1 and m·U = 1.
 */
export const tiledMaxPoolGradient = defineRule({
  name: 'tiled-max-pool-gradient',
  equation: 'dx = dy · [x = y] · [[x = y] · U = 1], U an upper triangle of ones: the first maximum, without indices',
  kernels: ['MaxPoolGrad'],
  matches: (_context, { inputs: { input }, attributes }) => tiles(poolGeometry(input!.shape, attributes)) || undefined,
  rewrites ({ writer, lowered }, { inputs, attributes, outputs }) {
    const [n, h, w, c] = inputs.input!.shape as Shape4
    const { filterHeight, filterWidth, outHeight, outWidth } = poolGeometry(inputs.input!.shape, attributes)
    const size = filterHeight * filterWidth
    const [coveredHeight, coveredWidth] = [outHeight * filterHeight, outWidth * filterWidth]
    const input = materialized(writer, lowered(inputs.input!), NCHW) // [N, C, H, W]
    const covered =
      coveredHeight === h && coveredWidth === w
        ? input
        : writer.node('Slice', [
          input,
          writer.integers([0, 0]),
          writer.integers([coveredHeight, coveredWidth]),
          writer.integers([2, 3]),
        ])
    // [N·C, h, w, kh, kw]
    const windows = writer.node(
      'Transpose',
      [writer.node('Reshape', [covered, writer.integers([n * c, outHeight, filterHeight, outWidth, filterWidth])])],
      { perm: [0, 1, 3, 2, 4] }
    )
    // [N·C·h·w, k]
    const sideBySide = writer.node('Reshape', [windows, writer.integers([n * c * outHeight * outWidth, size])])
    // [N·C·h·w, 1]
    const perWindow = (name: string) =>
      writer.node('Reshape', [name, writer.integers([n * c * outHeight * outWidth, 1])])
    const isOne = (a: string, b: string) =>
      writer.node('Cast', [writer.node('Equal', [a, b])], { to: onnxTypes.float32 })
    const maxima = isOne(sideBySide, perWindow(materialized(writer, lowered(inputs.output!), NCHW))) // [N·C·h·w, k]
    const triangle = Array.from({ length: size * size }, (_, i) => Number(i % size >= Math.floor(i / size)))
    const counted = writer.node('MatMul', [maxima, writer.constant(triangle, [size, size], 'float32')]) // [N·C·h·w, k]
    const first = writer.node('Mul', [maxima, isOne(counted, writer.scalar(1))]) // [N·C·h·w, k]
    // [N·C·h·w, k]
    const gradient = writer.node('Mul', [first, perWindow(materialized(writer, lowered(inputs.dy!), NCHW))])
    // [N·C, h, kh, w, kw]
    const apart = writer.node(
      'Transpose',
      [writer.node('Reshape', [gradient, writer.integers([n * c, outHeight, outWidth, filterHeight, filterWidth])])],
      { perm: [0, 1, 3, 2, 4] }
    )
    // [N, C, h·kh, w·kw]
    const whole = writer.node('Reshape', [apart, writer.integers([n, c, coveredHeight, coveredWidth])])
    const name =
      covered === input
        ? whole
        : writer.node('Pad', [whole, writer.integers([0, 0, 0, 0, 0, 0, h - coveredHeight, w - coveredWidth])])
    return storedAs(outputs[0]!.shape, 'float32', NCHW, name)
  },
})
