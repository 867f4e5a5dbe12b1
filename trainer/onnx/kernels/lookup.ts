/** Kernels that address elements by index. */
import { util } from '@tensorflow/tfjs-core'
import { TrainerError } from '../../foundation/errors.js'
import { canonical, materialized, storedAs } from '../layout.js'
import { onnxTypes } from '../writer.js'
import type { ElementType, KernelDefinition, KernelDefinitions } from '../ir.js'

const gather: KernelDefinition = {
  infer ({ x, indices }, { axis, batchDims }) {
    if (batchDims !== 0) {
      throw new TrainerError(
        'PVAE_KERNEL_NOT_LOWERED',
        `expected batchDims 0 for GatherV2 but found ${String(batchDims)}`
      )
    }
    const [along] = util.parseAxisParam(axis as number, [...x!.shape])
    return { shape: [...x!.shape.slice(0, along!), ...indices!.shape, ...x!.shape.slice(along! + 1)], dtype: x!.dtype }
  },
  lower (context, { inputs, attributes, outputs }) {
    const { writer } = context
    const [axis] = util.parseAxisParam(attributes.axis as number, [...inputs.x!.shape])
    const name = writer.node(
      'Gather',
      [inputs.x!, inputs.indices!].map(input => materialized(writer, context.lowered(input))),
      { axis: axis! }
    )
    return storedAs(outputs[0]!.shape, outputs[0]!.dtype, canonical(outputs[0]!.shape.length), name)
  },
}

/** Adds rows of x into numSegments rows by their ids: the gradient of a gather. */
const unsortedSegmentSum: KernelDefinition = {
  infer: ({ x, segmentIds }, { numSegments }) => ({
    shape: [numSegments as number, ...x!.shape.slice(segmentIds!.shape.length)],
    dtype: x!.dtype,
  }),
  lower (context, { inputs, outputs }) {
    const { writer } = context
    const { shape, dtype } = outputs[0]!
    const ids = context.lowered(inputs.segmentIds!)
    const zeros = writer.node('Expand', [writer.scalar(0, dtype), writer.integers(shape)])
    const index = writer.node(
      'Cast',
      [writer.node('Reshape', [materialized(writer, ids), writer.integers([...ids.shape, 1])])],
      { to: onnxTypes.int64 }
    )
    const name = writer.node('ScatterND', [zeros, index, materialized(writer, context.lowered(inputs.x!))], {
      reduction: 'add',
    })
    return storedAs(shape, dtype, canonical(shape.length), name)
  },
}

const oneHot: KernelDefinition = {
  infer: ({ indices }, { depth, dtype }) => ({
    shape: [...indices!.shape, depth as number],
    dtype: dtype as ElementType,
  }),
  lower (context, { inputs, attributes, outputs }) {
    const { writer } = context
    const { shape, dtype } = outputs[0]!
    // the one index type ONNX Runtime takes here
    const index = writer.node('Cast', [materialized(writer, context.lowered(inputs.indices!))], {
      to: onnxTypes.int64,
    })
    const values = writer.constant([attributes.offValue as number, attributes.onValue as number], [2], dtype)
    const name = writer.node('OneHot', [index, writer.scalar(attributes.depth as number, 'int64'), values], {
      axis: -1,
    })
    return storedAs(shape, dtype, canonical(shape.length), name)
  },
}

const range: KernelDefinition = {
  infer: (_, { start, stop, step, dtype }) => ({
    shape: [Math.max(0, Math.ceil(((stop as number) - (start as number)) / (step as number)))],
    dtype: dtype as ElementType,
  }),
  lower ({ writer }, { attributes, outputs }) {
    const { shape, dtype } = outputs[0]!
    const values = Array.from(
      { length: shape[0]! },
      (_, i) => (attributes.start as number) + i * (attributes.step as number)
    )
    return storedAs(shape, dtype, '0', writer.constant(values, shape, dtype))
  },
}

export const lookupKernels: KernelDefinitions = {
  GatherV2: gather,
  UnsortedSegmentSum: unsortedSegmentSum,
  OneHot: oneHot,
  Range: range,
}
