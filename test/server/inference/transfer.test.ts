import t from 'tap'
import { binarySize, packBinary } from '../../../server/inference/transfer.js'

t.test('a copy in one buffer, whatever lies where', async t => {
  const pooled = Buffer.from('a small buffer shares its memory')
  const floats = new Float32Array([0, 1, 2, 3.5]).subarray(1, 3)
  const value = {
    kind: 'encode',
    none: undefined,
    nothing: null,
    flag: true,
    images: [pooled, new Uint8Array([7])],
    inner: { floats, names: ['a', 'b'] },
    empty: new Uint8Array(0),
  }
  const { packed, transfer } = packBinary(value)
  t.equal(transfer.length, 1)
  const all = [...packed.images, packed.inner.floats]
  t.ok(all.every(array => array.buffer === transfer[0]))
  t.equal(transfer[0]!.byteLength, binarySize(value))
  const received = structuredClone(packed, { transfer })
  t.equal(transfer[0]!.byteLength, 0, 'gone to the other side')
  t.strictSame(received, {
    ...value,
    images: [Uint8Array.from(pooled), new Uint8Array([7])],
    inner: { floats: new Float32Array([1, 2]), names: ['a', 'b'] },
  })
  t.equal(pooled.toString(), 'a small buffer shares its memory', 'what was given is untouched')
  t.strictSame(floats, new Float32Array([1, 2]))
})

t.test('nothing binary is passed on as it is', async t => {
  const value = { a: [1, 'b', { c: null }] }
  t.equal(packBinary(value).packed, value)
  t.strictSame(packBinary(value).transfer, [])
  t.equal(binarySize(undefined), 0)
})
