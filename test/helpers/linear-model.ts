import {
  create,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  toBinary,
  ValueInfoProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../../models/foundation/onnx-protobuf.js'
import {
  createGolden,
  decoderContract,
  encoderContract,
  IR_VERSION,
  latentSizeOf,
  layOutPartitions,
  openRepository,
  OPSET_VERSION,
  PIXEL_RULE,
  pixelCount,
  planarFromBytes,
  type Card,
  type Golden,
  type GraphContract,
  type GraphRunner,
  type ModelDraft,
  type Partition,
  type TensorSpec,
} from '@partition-vae/models'

/**
 * The smallest model with the shape of a PVAE, whose results are known without running it:
 *   mean = x W + b, log_variance = −2 + x V, image = sigmoid(z U + c), x the flattened image.
 */
export interface LinearModel {
  readonly image: Card['image']
  readonly partitions: readonly Partition[]
  readonly latentSize: number
  /** ONNX, opset 18, IR 8, dynamic N. */
  readonly encoder: Uint8Array
  readonly decoder: Uint8Array
  /** `image` [n, C, H, W] in [0, 1] → [n, D] each, in double precision, rounded once. */
  encode (image: Float32Array, n: number): { mean: Float32Array, logVariance: Float32Array }
  /** `latent` [n, D] → [n, C, H, W]. */
  decode (latent: Float32Array, n: number): Float32Array
  /** `encode` and `decode` for the golden functions. */
  readonly runner: GraphRunner
  /** Example images, 8 bit, [H, W, C] each. The card's statistics are theirs. */
  readonly images: readonly Uint8Array[]
  readonly latentStatistics: Card['latentStatistics']
}

export interface LinearModelOptions {
  readonly image?: Card['image']
  readonly partitions?: ReadonlyArray<{ name: string, size: number }>
  readonly seed?: number
}

const DEFAULT_IMAGE: Card['image'] = { height: 6, width: 4, channels: 1 }
const DEFAULT_PARTITIONS = [{ name: 'shape', size: 2 }, { name: 'style', size: 1 }]
const EXAMPLES = 32

/** Mulberry32: uniform in [0, 1). */
export function createRandom (seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function createLinearModel (options: LinearModelOptions = {}): LinearModel {
  const { image = DEFAULT_IMAGE, seed = 1 } = options
  const partitions = layOutPartitions(options.partitions ?? DEFAULT_PARTITIONS)
  const latentSize = latentSizeOf(partitions)
  const pixels = pixelCount(image)
  const random = createRandom(seed)
  const matrix = (length: number, scale: number) => Float32Array.from({ length }, () => (2 * random() - 1) * scale)
  // Scaled so that means have a deviation near 1 whatever the image's size, and pixels leave the sigmoid's middle.
  const encoderWeights = matrix(pixels * latentSize, 6 / Math.sqrt(pixels))
  const encoderBias = matrix(latentSize, 0.5)
  const varianceWeights = matrix(pixels * latentSize, 0.5 / Math.sqrt(pixels))
  const varianceBias = new Float32Array(latentSize).fill(-2)
  const decoderWeights = matrix(latentSize * pixels, 3 / Math.sqrt(latentSize))
  const decoderBias = matrix(pixels, 0.5)

  const encode = (x: Float32Array, n: number) => ({
    mean: affine(x, n, encoderWeights, encoderBias),
    logVariance: affine(x, n, varianceWeights, varianceBias),
  })
  const decode = (z: Float32Array, n: number) => affine(z, n, decoderWeights, decoderBias, a => 1 / (1 + Math.exp(-a)))
  // A base colour for each image keeps large images apart too: their noise would average out.
  const images = Array.from({ length: EXAMPLES }, () => {
    const level = random()
    return Uint8Array.from({ length: pixels }, () => Math.floor(255.999 * (0.5 * level + 0.5 * random())))
  })
  const means = images.map(bytes => encode(planarFromBytes(bytes, image), 1).mean)
  return {
    image,
    partitions,
    latentSize,
    images,
    encode,
    decode,
    runner: { encode: async (x, n) => encode(x, n), decode: async (z, n) => decode(z, n) },
    encoder: encoderGraph({ image, latentSize }, { encoderWeights, encoderBias, varianceWeights, varianceBias }),
    decoder: decoderGraph({ image, latentSize }, { decoderWeights, decoderBias }),
    latentStatistics: measureLatents(means, partitions),
  }
}

/** x [n, rows] · weights [rows, columns] + bias [columns], then `activation`. */
function affine (
  x: Float32Array,
  n: number,
  weights: Float32Array,
  bias: Float32Array,
  activation = (a: number) => a
): Float32Array {
  const columns = bias.length
  const rows = weights.length / columns
  if (x.length !== n * rows) throw new RangeError(`expected ${n} × ${rows} values but received ${x.length}`)
  const out = new Float32Array(n * columns)
  for (let i = 0; i < n; i++) {
    const sums = Float64Array.from(bias)
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        sums[column]! += x[i * rows + row]! * weights[row * columns + column]!
      }
    }
    for (let column = 0; column < columns; column++) out[i * columns + column] = activation(sums[column]!)
  }
  return out
}

function measureLatents (means: readonly Float32Array[], partitions: readonly Partition[]): Card['latentStatistics'] {
  const size = means[0]!.length
  const average = (value: (mean: Float32Array) => number) =>
    means.reduce((sum, mean) => sum + value(mean), 0) / means.length
  const mean = Array.from({ length: size }, (_, unit) => average(latent => latent[unit]!))
  const covariance = (a: number, b: number) => average(latent => (latent[a]! - mean[a]!) * (latent[b]! - mean[b]!))
  return {
    mean,
    standardDeviation: mean.map((_, unit) => Math.sqrt(covariance(unit, unit))),
    principalDirections: partitions.map(({ offset, size }) => {
      const rows = Array.from({ length: size }, (_, a) =>
        Array.from({ length: size }, (_, b) => covariance(offset + a, offset + b))
      )
      return principalDirection(rows)
    }),
  }
}

/** Power iteration; a symmetric matrix → its first eigenvector and the root of its eigenvalue. */
function principalDirection (rows: readonly number[][]): { vector: number[], standardDeviation: number } {
  // Not all equal: an even start can be orthogonal to the answer.
  let vector = rows.map((_, i) => 1 / (i + 1))
  let length = 0
  for (let i = 0; i < 500; i++) {
    const next = rows.map(row => row.reduce((sum, value, j) => sum + value * vector[j]!, 0))
    length = Math.hypot(...next)
    vector = next.map(value => value / length)
  }
  return { vector, standardDeviation: Math.sqrt(length) }
}

type Shapes = Pick<Card, 'image' | 'latentSize'>

type Weights<Names extends string> = Readonly<Record<Names, Float32Array>>

function encoderGraph (
  shapes: Shapes,
  weights: Weights<'encoderWeights' | 'encoderBias' | 'varianceWeights' | 'varianceBias'>
): Uint8Array {
  const { image, latentSize } = shapes
  const pixels = pixelCount(image)
  return createGraph(
    'linear-encoder',
    encoderContract(shapes),
    [
      node('Reshape', ['image', 'flat_shape'], 'flat'),
      node('MatMul', ['flat', 'W'], 'xW'),
      node('Add', ['xW', 'b'], 'mean'),
      node('MatMul', ['flat', 'V'], 'xV'),
      node('Add', ['xV', 'a'], 'log_variance'),
    ],
    [
      shapeTensor('flat_shape', [0, -1]), // 0 copies N
      tensor('W', [pixels, latentSize], weights.encoderWeights),
      tensor('b', [latentSize], weights.encoderBias),
      tensor('V', [pixels, latentSize], weights.varianceWeights),
      tensor('a', [latentSize], weights.varianceBias),
    ]
  )
}

function decoderGraph (shapes: Shapes, weights: Weights<'decoderWeights' | 'decoderBias'>): Uint8Array {
  const { image, latentSize } = shapes
  const pixels = pixelCount(image)
  return createGraph('linear-decoder', decoderContract(shapes), [
    node('MatMul', ['latent', 'U'], 'zU'), node('Add', ['zU', 'c'], 'logits'), node('Sigmoid', ['logits'], 'flat'),
    node('Reshape', ['flat', 'image_shape'], 'image'),
  ], [
    tensor('U', [latentSize, pixels], weights.decoderWeights), tensor('c', [pixels], weights.decoderBias),
    shapeTensor('image_shape', [0, image.channels, image.height, image.width]),
  ])
}

/** An ONNX model with exactly this interface. */
function createGraph (
  name: string, { inputs, outputs }: GraphContract, nodes: NodeProto[], initializers: TensorProto[]
): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: 'partition-vae-test',
      producerVersion: '1',
      opsetImport: [{ domain: '', version: BigInt(OPSET_VERSION) }],
      graph: {
        name,
        node: nodes,
        initializer: initializers,
        input: inputs.map(valueInfo),
        output: outputs.map(valueInfo),
      },
    })
  )
}

function node (opType: string, input: string[], output: string): NodeProto {
  return create(NodeProtoSchema, { opType, input, output: [output], name: output })
}

function tensor (name: string, dims: number[], values: Float32Array): TensorProto {
  const bytes = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength)
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: DataType.FLOAT, rawData: bytes })
}

function shapeTensor (name: string, values: number[]): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: [BigInt(values.length)],
    dataType: DataType.INT64,
    int64Data: values.map(BigInt),
  })
}

function valueInfo ({ name, dims }: TensorSpec): ValueInfoProto {
  const dim = dims.map(length => ({
    value:
      length === 'N'
        ? { case: 'dimParam' as const, value: 'N' }
        : { case: 'dimValue' as const, value: BigInt(length) },
  }))
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: DataType.FLOAT, shape: { dim } } } },
  })
}

export interface PublishLinearModelOptions extends LinearModelOptions {
  readonly name?: string
  /** Default: one above the highest. */
  readonly version?: number
  readonly description?: string
  readonly subresolution?: Card['subresolution']
  /** Default: that of this project. Null: none, as in older cards. */
  readonly pixelRule?: number | null
  /** Human names by partition name. */
  readonly labels?: Readonly<Record<string, string>>
  /** How many golden examples, of the model's images. */
  readonly goldenExamples?: number
}

export interface PublishedLinearModel extends LinearModel {
  readonly card: Card
  readonly golden: Golden
  readonly version: number
  /** The version's folder, absolute. */
  readonly directory: string
}

/** What `publishLinearModel` publishes, for tests that change it first. */
export async function draftLinearModel (
  model: LinearModel,
  options: PublishLinearModelOptions = {}
): Promise<ModelDraft> {
  const {
    name = 'linear',
    description = 'A linear model with known results',
    labels = {},
    goldenExamples = 3,
    pixelRule = PIXEL_RULE,
  } = options
  const { image, latentSize, latentStatistics } = model
  return {
    card: {
      name,
      description,
      image,
      ...(pixelRule === null ? {} : { pixelRule }),
      subresolution: options.subresolution ?? { factor: 1, interpolation: 'nearest' },
      latentSize,
      partitions: model.partitions.map(partition => {
        const label = labels[partition.name]
        return label === undefined ? { ...partition } : { ...partition, label }
      }),
      latentStatistics,
      training: { seed: options.seed ?? 1, dataset: 'synthetic' },
      metrics: { test: { mse: 0.25 } },
    },
    encoder: model.encoder,
    decoder: model.decoder,
    golden: await createGolden({ image, latentSize }, model.images.slice(0, goldenExamples), model.runner),
    report: new Map([['index.html', '<!doctype html><title>Linear model</title>']]),
    ...(options.version !== undefined && { version: options.version }),
  }
}

/** Publishes a linear model into the repository at `root` and reads it back. */
export async function publishLinearModel (
  root: string,
  options: PublishLinearModelOptions = {}
): Promise<PublishedLinearModel> {
  const model = createLinearModel(options)
  const repository = openRepository(root)
  const { name, version } = await repository.publish(await draftLinearModel(model, options))
  const { card, golden, directory, encoder, decoder } = await repository.open(name, version)
  return { ...model, card, golden, version, directory, encoder, decoder }
}
