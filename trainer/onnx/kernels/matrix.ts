/** Matrix products. */
import { backend_util as backendUtil } from '@tensorflow/tfjs-core'
import { canonical, materialized, storedAs } from '../layout.js'
import type { KernelDefinitions, Layout, Lowered, LoweringContext, TracedNode } from '../ir.js'

const swapLast = (layout: Layout): Layout => layout.slice(0, -2) + layout.at(-1)! + layout.at(-2)!

/**
 * a · b (+ bias) over the last two axes; leading axes broadcast. Rank 2 becomes Gemm, which takes transposition and
 * bias for free.
 */
function lowerMatrixProduct (context: LoweringContext, node: TracedNode, bias?: string): Lowered {
  const { writer } = context
  const { transposeA, transposeB } = node.attributes as { transposeA: boolean, transposeB: boolean }
  const output = node.outputs[0]!
  const [a, b] = [context.lowered(node.inputs.a!), context.lowered(node.inputs.b!)]
  const layout = canonical(output.shape.length)
  if (a.shape.length === 2 && b.shape.length === 2) {
    // A transposed copy that exists already is as good as the original.
    const [nameA, transA] = eitherWay(context, a, transposeA)
    const [nameB, transB] = eitherWay(context, b, transposeB)
    return storedAs(output.shape, output.dtype, layout,
      writer.node('Gemm', [nameA, nameB, ...(bias === undefined ? [] : [bias])], { transA, transB }))
  }
  const operand = (value: Lowered, transposed: boolean) => {
    const own = canonical(value.shape.length)
    return materialized(writer, value, transposed ? swapLast(own) : own)
  }
  return storedAs(
    output.shape,
    output.dtype,
    layout,
    writer.node('MatMul', [operand(a, transposeA), operand(b, transposeB)])
  )
}

function eitherWay (
  { writer }: LoweringContext,
  value: Lowered,
  transposed: boolean
): [name: string, transposed: number] {
  const swapped = value.stored.has('10') && !value.stored.has('01')
  return [materialized(writer, value, swapped ? '10' : '01'), Number(transposed !== swapped)]
}

export const matrixKernels: KernelDefinitions = {
  BatchMatMul: {
    infer ({ a, b }, { transposeA, transposeB }) {
      const rows = a!.shape.at(transposeA === true ? -1 : -2)!
      const columns = b!.shape.at(transposeB === true ? -2 : -1)!
      const batch = backendUtil.assertAndGetBroadcastShape(a!.shape.slice(0, -2), b!.shape.slice(0, -2))
      return { shape: [...batch, rows, columns], dtype: 'float32' }
    },
    lower: lowerMatrixProduct,
  },
}
