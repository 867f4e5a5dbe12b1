import t, { type Test } from 'tap'
import type { Checkpoint } from '../../../trainer/fit/checkpoint.js'
import { decodeCheckpoint, encodeCheckpoint } from '../../../trainer/fit/checkpoint.js'
import { sha256 } from '../../../trainer/fit/comparison.js'
import { tinyConfig } from './run-fixture.js'

/** Every kind of float32, denormals and signed zeros included. */
const odd = Float32Array.of(0, -0, 1e-45, -3.4e38, Math.PI, 1 / 3)

const checkpoint: Checkpoint = {
  state: {
    weights: {
      'encoder/W': { shape: [2, 3], values: odd },
      b: { shape: [], values: Float32Array.of(7) },
      empty: { shape: [0], values: new Float32Array() },
    },
    firstMoments: { 'encoder/W': { shape: [2, 3], values: odd.map(value => -value) } },
    secondMoments: { 'encoder/W': { shape: [6], values: odd } },
    statistics: {},
    step: 123456,
  },
  config: tinyConfig(),
  dataFingerprint: 'abc',
  epochSums: { steps: 3, loss: 0.1 + 0.2, reconstruction: -1e300, mse: 5e-324, klByUnit: [1 / 3, 0, 2] },
  trainedSeconds: 12.5,
}

/** A file with another JSON header, and its hash put right where asked. */
function withHeader (
  change: (header: Record<string, Record<string, unknown>>) => void,
  { rehash = true } = {}
): Buffer {
  const file = Buffer.from(encodeCheckpoint(checkpoint))
  const length = Number(file.readBigUInt64LE())
  const header = JSON.parse(file.toString('utf8', 8, 8 + length))
  header.__metadata__.sha256 = '0'.repeat(64)
  change(header)
  const json = Buffer.from(JSON.stringify(header))
  const changed = Buffer.concat([Buffer.alloc(8), json, file.subarray(8 + length)])
  changed.writeBigUInt64LE(BigInt(json.length))
  if (rehash) changed.write(sha256(changed), changed.indexOf('0'.repeat(64)))
  return changed
}

const refuses = (t: Test, bytes: Uint8Array, message: RegExp) =>
  t.throws(() => decodeCheckpoint(bytes, 'c.safetensors'), { code: 'PVAE_CHECKPOINT_INVALID', message })

t.test('what is written is read back bit for bit', async t => {
  const bytes = encodeCheckpoint(checkpoint)
  const read = decodeCheckpoint(bytes, 'c.safetensors')
  t.strictSame(read, checkpoint)
  const { values } = read.state.weights['encoder/W']!
  t.strictSame(new Uint32Array(values.buffer), new Uint32Array(odd.buffer), 'the sign of zero too')
  // Not aligned to 4 bytes, as a slice of a pool may be.
  const shifted = new Uint8Array(bytes.length + 1)
  shifted.set(bytes, 1)
  t.strictSame(decodeCheckpoint(shifted.subarray(1), 'c.safetensors'), checkpoint)
})

t.test('the container is safetensors: header length, JSON, aligned data', async t => {
  const file = Buffer.from(encodeCheckpoint(checkpoint))
  const length = Number(file.readBigUInt64LE())
  t.equal(length % 8, 0)
  const { __metadata__: metadata, ...tensors } = JSON.parse(file.toString('utf8', 8, 8 + length))
  t.ok(Object.values(metadata).every(value => typeof value === 'string'))
  t.strictSame(tensors['weights/encoder/W'], { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] })
  const [begin] = tensors['firstMoments/encoder/W'].data_offsets
  t.equal(file.readFloatLE(8 + length + begin + 16), -Math.fround(Math.PI))
  t.equal(8 + length + 3 * 24 + 4, file.length)
})

t.test('cut short anywhere, it is refused', async t => {
  const bytes = encodeCheckpoint(checkpoint)
  refuses(
    t,
    new Uint8Array(),
    /a whole checkpoint for c\.safetensors but found a file of 0 bytes that ends inside its header/
  )
  for (let length = 1; length < bytes.length; length += 37) refuses(t, bytes.subarray(0, length), /c\.safetensors/)
  refuses(t, bytes.subarray(0, -1), /truncated or was changed/)
  refuses(t, Buffer.concat([bytes, Buffer.alloc(1)]), /truncated or was changed/)
})

t.test('any flipped bit is refused', async t => {
  const bytes = encodeCheckpoint(checkpoint)
  for (let at = 0; at < bytes.length; at += 41) {
    const flipped = Uint8Array.from(bytes)
    flipped[at]! ^= 1
    refuses(t, flipped, /c\.safetensors/)
  }
})

t.test('a file of something else is refused', async t => {
  refuses(t, Buffer.from('not a checkpoint, but long enough to be one'), /ends inside its header/)
  const noJson = Buffer.alloc(64, 'x')
  noJson.writeBigUInt64LE(8n)
  refuses(t, noJson, /a checkpoint of this program for c\.safetensors but found a file without its header/)
  const list = Buffer.concat([Buffer.alloc(8), Buffer.from('null    ')])
  list.writeBigUInt64LE(8n)
  refuses(t, list, /a file without its header/)
  refuses(t, withHeader(header => { delete header['__metadata__']!['format'] }), /a file without its header/)
  refuses(
    t,
    withHeader(header => {
      header['__metadata__']!['formatVersion'] = '2'
    }),
    /format version 1 .* but found "2"/
  )
  refuses(t, withHeader(header => { header['__metadata__']!['checkpoint'] = '{}' }), /a complete checkpoint header/)
  refuses(t, withHeader(header => { header['weights/b']!['shape'] = [9] }), /36 bytes of weights\/b/)
  refuses(
    t,
    withHeader(header => {
      header['weights/b']!['data_offsets'] = [1000, 1004]
    }),
    /4 bytes of weights\/b .* bytes 1000 to 1004 of/
  )
  refuses(t, withHeader(header => { header['weights/b']!['dtype'] = 'F16' }), /a float32 tensor/)
  refuses(
    t,
    withHeader(header => {
      header['optimiser/b'] = header['weights/b']!
    }),
    /a float32 tensor of weights, firstMoments, secondMoments, statistics .* optimiser\/b/
  )
  refuses(t, withHeader(header => { header['weights/b']!['shape'] = [1] }, { rehash: false }), /SHA-256/)
})

t.test('sums of further terms are kept', async t => {
  const given = {
    ...checkpoint,
    epochSums: { ...checkpoint.epochSums, terms: { 'total-correlation': 0.1, labels: 2 } },
  }
  t.strictSame(decodeCheckpoint(encodeCheckpoint(given), 'c'), given)
})
