/** Graphs that take and give pictures as decoders and encoders of files have them: 8 bit, interleaved. */
import {
  AttributeProto_AttributeType as AttributeType,
  create,
  fromBinary,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  toBinary,
  ValueInfoProtoSchema,
  type GraphProto,
} from '@partition-vae/models/onnx-protobuf'
import type { ImageShape } from '@partition-vae/models'

/** The name of the 8-bit tensor at the boundary. */
const PIXELS = 'pixels'
/** What is added has names that no exporter gives. */
const PREFIX = 'pvae/pixels/'

const node = (opType: string, input: string[], output: string, attribute: object[] = []) =>
  create(NodeProtoSchema, { opType, name: `${PREFIX}${opType}`, input, output: [output], attribute })
const cast = (input: string, output: string, to: DataType) =>
  node('Cast', [input], output, [{ name: 'to', type: AttributeType.INT, i: BigInt(to) }])
const transpose = (input: string, output: string, axes: readonly number[]) =>
  node('Transpose', [input], output, [{ name: 'perm', type: AttributeType.INTS, ints: axes.map(BigInt) }])
const scalar = (name: string, value: number) =>
  create(TensorProtoSchema, { name: PREFIX + name, dataType: DataType.FLOAT, floatData: [value] })

/** `pixels` [N, H, W, C], 8 bit. */
function pixelsPort ({ height, width, channels }: ImageShape) {
  const sizes = [height, width, channels].map(size => ({ value: { case: 'dimValue' as const, value: BigInt(size) } }))
  const dim = [{ value: { case: 'dimParam' as const, value: 'N' } }, ...sizes]
  const tensor = { case: 'tensorType' as const, value: { elemType: DataType.UINT8, shape: { dim } } }
  return create(ValueInfoProtoSchema, { name: PIXELS, type: { value: tensor } })
}

function rewrite (bytes: Uint8Array, change: (graph: GraphProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes)
  change(model.graph!)
  return toBinary(ModelProtoSchema, model)
}

/**
 * Gives an encoder's graph with `pixels`, uint8 [N, H, W, C], in the place of its input `image`: the pixel rule's last
 * step, each byte / 255 and channels first, is in the graph.
 */
export function withPixelInput (encoder: Uint8Array, image: ImageShape): Uint8Array {
  return rewrite(encoder, graph => {
    graph.input = graph.input.map(port => port.name === 'image' ? pixelsPort(image) : port)
    graph.initializer.push(scalar('bytes', 255))
    graph.node.unshift(
      cast(PIXELS, `${PREFIX}float`, DataType.FLOAT), // [N, H, W, C] in 0…255
      node('Div', [`${PREFIX}float`, `${PREFIX}bytes`], `${PREFIX}unit`), // [N, H, W, C] in [0, 1]
      transpose(`${PREFIX}unit`, 'image', [0, 3, 1, 2]) // [N, C, H, W]
    )
  })
}

/**
 * Gives a decoder's graph with a second output, `pixels`, uint8 [N, H, W, C]: clamped and rounded to the nearest as
 * everywhere else.
 */
export function withPixelOutput (decoder: Uint8Array, image: ImageShape): Uint8Array {
  return rewrite(decoder, graph => {
    graph.output.push(pixelsPort(image))
    graph.initializer.push(scalar('none', 0), scalar('half', 0.5), scalar('bytes', 255))
    graph.node.push(
      node('Mul', ['image', `${PREFIX}bytes`], `${PREFIX}scaled`), // [N, C, H, W] in 0…255
      node('Add', [`${PREFIX}scaled`, `${PREFIX}half`], `${PREFIX}raised`), // [N, C, H, W]
      node('Clip', [`${PREFIX}raised`, `${PREFIX}none`, `${PREFIX}bytes`], `${PREFIX}clamped`), // [N, C, H, W]
      transpose(`${PREFIX}clamped`, `${PREFIX}interleaved`, [0, 2, 3, 1]), // [N, H, W, C]
      cast(`${PREFIX}interleaved`, PIXELS, DataType.UINT8) // [N, H, W, C], rounded down
    )
  })
}
