import { Compile, Type, type Static } from '@partition-vae/models/typebox'
import type { NamedArray, NamedArrays, TrainingState } from '../foundation/training-state.js'
import type { RunConfig } from '../config/schema.js'
import { TrainerError } from '../foundation/errors.js'
import { canonicalJson, sha256 } from './comparison.js'
import type { EpochSums } from './epoch-sums.js'

/**
 * A checkpoint is one file in the safetensors format (https://huggingface.co/docs/safetensors), so that any tool that
 * knows it can look inside:
 *
 * 8 bytes length L of the header, unsigned, little endian L bytes header, JSON, padded with spaces to a multiple of 8:
 * for each tensor {dtype: "F32", shape, data_offsets: [begin, end]} the rest the tensors' values one after another,
 * little endian float32, exactly the state's bits
 *
 * Tensors are named `weights/<name>`, `firstMoments/<name>`, `secondMoments/<name>` and `statistics/<name>`. The
 * header's `__metadata__` holds strings: `format` and `formatVersion`; `checkpoint`, the JSON of CheckpointMetadata;
 * `sha256` of the whole file with these 64 digits replaced by zeros.
 */
export interface Checkpoint {
  readonly state: TrainingState
  /** The resolved config of the run. */
  readonly config: RunConfig
  /** Identifies the data set. */
  readonly dataFingerprint: string
  /** Of the epoch under way; zeros at the end of an epoch. */
  readonly epochSums: EpochSums
  /** Wall time spent in training steps so far. */
  readonly trainedSeconds: number
}

const MetadataSchema = Type.Object({
  step: Type.Integer({ minimum: 0 }),
  configSha256: Type.String(),
  config: Type.Unknown(),
  dataFingerprint: Type.String(),
  epochSums: Type.Object({
    steps: Type.Integer({ minimum: 0 }),
    loss: Type.Number(),
    reconstruction: Type.Number(),
    mse: Type.Number(),
    klByUnit: Type.Array(Type.Number()),
    terms: Type.Optional(Type.Record(Type.String(), Type.Number())),
  }),
  trainedSeconds: Type.Number({ minimum: 0 }),
})
type CheckpointMetadata = Static<typeof MetadataSchema>

const TensorSchema = Type.Object({
  dtype: Type.Literal('F32'),
  shape: Type.Array(Type.Integer({ minimum: 0 })),
  data_offsets: Type.Tuple([Type.Integer({ minimum: 0 }), Type.Integer({ minimum: 0 })]),
})
type Tensor = Static<typeof TensorSchema>

const metadataSchema = Compile(MetadataSchema)
const tensorSchema = Compile(TensorSchema)

const FORMAT = 'partition-vae-checkpoint'
const FORMAT_VERSION = '1'
const GROUPS = ['weights', 'firstMoments', 'secondMoments', 'statistics'] as const
const NO_HASH = '0'.repeat(64)

export function encodeCheckpoint ({
  state,
  config,
  dataFingerprint,
  epochSums,
  trainedSeconds,
}: Checkpoint): Uint8Array {
  const arrays = GROUPS.flatMap(group =>
    Object.entries(state[group]).map(([name, array]) => ({ name: `${group}/${name}`, ...array }))
  )
  const metadata: CheckpointMetadata = {
    step: state.step,
    configSha256: sha256(canonicalJson(config)),
    config,
    dataFingerprint,
    epochSums: { ...epochSums, klByUnit: [...epochSums.klByUnit] },
    trainedSeconds,
  }
  let end = 0
  const tensors = arrays.map(({ name, shape, values }): [string, Tensor] => {
    const begin = end
    end += values.byteLength
    return [name, { dtype: 'F32', shape: [...shape], data_offsets: [begin, end] }]
  })
  const head = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    sha256: NO_HASH,
    checkpoint: JSON.stringify(metadata),
  }
  const json = Buffer.from(JSON.stringify({ __metadata__: head, ...Object.fromEntries(tensors) }))
  const headerLength = Math.ceil(json.length / 8) * 8
  const file = Buffer.alloc(8 + headerLength + end)
  file.writeBigUInt64LE(BigInt(headerLength))
  file.fill(' ', 8, 8 + headerLength)
  json.copy(file, 8)
  let at = 8 + headerLength
  for (const { values } of arrays) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
    at += values.byteLength
  }
  file.write(sha256(file), file.indexOf(NO_HASH), 'latin1')
  return file
}

/**
 * @param where the file's name, for messages
 * @throws TrainerError PVAE_CHECKPOINT_INVALID when the file is truncated, changed, or no checkpoint
 */
export function decodeCheckpoint (bytes: Uint8Array, where: string): Checkpoint {
  const file = Buffer.from(bytes)
  const headerLength = file.length < 8 ? Infinity : Number(file.readBigUInt64LE())
  const refuse = (expected: string, found: string) =>
    new TrainerError('PVAE_CHECKPOINT_INVALID', `expected ${expected} for ${where} but found ${found}`)
  if (8 + headerLength > file.length) {
    throw refuse('a whole checkpoint', `a file of ${file.length} bytes that ends inside its header`)
  }
  const { __metadata__: head, ...tensors } = parseFields(file.toString('utf8', 8, 8 + headerLength))
  const { format, formatVersion, sha256: hash, checkpoint } = (head ?? {}) as Record<string, unknown>
  if (format !== FORMAT || typeof hash !== 'string' || hash.length !== 64 || typeof checkpoint !== 'string') {
    throw refuse('a checkpoint of this program', 'a file without its header')
  }
  if (formatVersion !== FORMAT_VERSION) throw refuse(`format version ${FORMAT_VERSION}`, JSON.stringify(formatVersion))
  file.write(NO_HASH, file.indexOf(hash), 'latin1')
  if (sha256(file) !== hash) throw refuse(`SHA-256 ${hash}`, `${sha256(file)}: the file is truncated or was changed`)
  const metadata = parseFields(checkpoint)
  if (!metadataSchema.Check(metadata)) {
    throw refuse('a complete checkpoint header', 'one without the fields of its version')
  }
  const data = file.subarray(8 + headerLength)
  const state = { ...readGroups(tensors, data, refuse), step: metadata.step }
  const { config, dataFingerprint, epochSums, trainedSeconds } = metadata
  return { state, config: config as RunConfig, dataFingerprint, epochSums, trainedSeconds }
}

type Refuse = (expected: string, found: string) => TrainerError

function readGroups (tensors: Record<string, unknown>, data: Buffer, refuse: Refuse): Omit<TrainingState, 'step'> {
  const groups: Record<string, Record<string, NamedArray>> = Object.fromEntries(GROUPS.map(group => [group, {}]))
  for (const [key, tensor] of Object.entries(tensors)) {
    const slash = key.indexOf('/')
    const group = groups[key.slice(0, slash)]
    if (group === undefined || !tensorSchema.Check(tensor)) {
      throw refuse(`a float32 tensor of ${GROUPS.join(', ')}`, key)
    }
    const { shape, data_offsets: [begin, end] } = tensor
    const length = shape.reduce((product, size) => product * size, 4)
    if (end - begin !== length || end > data.length) {
      throw refuse(`${length} bytes of ${key}`, `bytes ${begin} to ${end} of ${data.length}`)
    }
    // A copy of its own: a Buffer's view need not be aligned to 4 bytes.
    group[key.slice(slash + 1)] = { shape, values: new Float32Array(Uint8Array.from(data.subarray(begin, end)).buffer) }
  }
  return groups as Record<typeof GROUPS[number], NamedArrays>
}

function parseFields (text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
  } catch {
    return {}
  }
}
