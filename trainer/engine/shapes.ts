import {
  create,
  fromBinary,
  ModelProtoSchema,
  toBinary,
  ValueInfoProtoSchema,
} from '@partition-vae/models/onnx-protobuf'
import { readShapes } from './runtime.js'

export type InferredShapes = Map<string, ReadonlyArray<number | string>>

/**
 * The shapes of everything in an ONNX model's graph, by name, as ONNX Runtime infers them without running it: every
 * result is made an output, whose type it then finds out. Lengths that it can't tell are `?`.
 */
export async function inferShapes (bytes: Uint8Array): Promise<InferredShapes> {
  const model = fromBinary(ModelProtoSchema, bytes)
  const graph = model.graph!
  const declared = new Set(graph.output.map(({ name }) => name))
  const results = graph.node.flatMap(({ output }) => output).filter(name => name !== '' && !declared.has(name))
  graph.output.push(...results.map(name => create(ValueInfoProtoSchema, { name })))
  return await readShapes(toBinary(ModelProtoSchema, model))
}
