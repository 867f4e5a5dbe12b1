/** Makes graphs smaller without another network: weights in half precision, and none that nothing uses. */
import { setFloat16 } from '@petamoriken/float16'
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  create,
  fromBinary,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  toBinary,
  type GraphProto,
  type TensorProto,
} from '@partition-vae/models/onnx-protobuf'

/** Shorter weights, biases among them, stay as they are: there is nothing to gain. */
const LEAST_ELEMENTS = 256
/** The largest finite number in half precision (IEEE 754 binary16). */
const LARGEST_HALF = 65504

/**
 * Stores the weights of a graph in half precision. Each is cast back where the graph begins, which ONNX Runtime does
 * once, when it loads the graph: arithmetic and speed are those of single precision, and a weight is off by at most
 * 2⁻¹¹ of itself (or 3e-8 where it is below 6e-5). Weights that half precision can't hold stay as they are; those that
 * no node uses are left out.
 * @param graph an ONNX model
 */
export function compactGraph (graph: Uint8Array): Uint8Array<ArrayBuffer> {
  const model = fromBinary(ModelProtoSchema, graph)
  const contents = model.graph!
  dropUnused(contents)
  const casts = contents.initializer.flatMap((tensor, i) => {
    const half = isWeight(tensor) ? toHalf(tensor) : undefined
    if (half === undefined) return []
    contents.initializer[i] = half
    return [create(NodeProtoSchema, {
      name: `${tensor.name}/cast`,
      opType: 'Cast',
      input: [half.name],
      output: [tensor.name],
      attribute: [create(AttributeProtoSchema, { name: 'to', type: AttributeType.INT, i: BigInt(DataType.FLOAT) })],
    })]
  })
  contents.node.unshift(...casts)
  return new Uint8Array(toBinary(ModelProtoSchema, model))
}

function dropUnused (graph: GraphProto): void {
  const used = new Set([...graph.node.flatMap(({ input }) => input), ...graph.output.map(({ name }) => name)])
  graph.initializer = graph.initializer.filter(({ name }) => used.has(name))
}

/** Weights are named by their place in the network. Other constants, coordinates among them, are exact. */
function isWeight ({ name }: TensorProto): boolean {
  return name.includes('/')
}

/** @returns undefined for a tensor that is to stay as it is */
function toHalf ({ name, dims, dataType, rawData, floatData }: TensorProto): TensorProto | undefined {
  if (dataType !== Number(DataType.FLOAT)) return undefined
  const bytes = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength)
  const values = rawData.length > 0
    ? Float32Array.from({ length: rawData.length / 4 }, (_, i) => bytes.getFloat32(4 * i, true))
    : Float32Array.from(floatData)
  if (values.length < LEAST_ELEMENTS || !values.every(value => Math.abs(value) <= LARGEST_HALF)) return undefined
  const half = new DataView(new ArrayBuffer(2 * values.length))
  values.forEach((value, i) => setFloat16(half, 2 * i, value, true))
  return create(TensorProtoSchema, {
    name: `${name}/half`, dims, dataType: DataType.FLOAT16, rawData: new Uint8Array(half.buffer),
  })
}
