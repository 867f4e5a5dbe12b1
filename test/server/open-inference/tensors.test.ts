import t from 'tap'
import { bytesFromTensor, tensorFromBytes, tensorFromJson } from '../../../server/open-inference/tensors.js'

t.test('flat and nested JSON are the same tensor', async t => {
  const flat = [1, 2, 3, 4, 5, 6, 7, 8]
  const nested = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
  t.strictSame(tensorFromJson(flat, [2, 2, 2], 'data'), Float32Array.from(flat))
  t.strictSame(tensorFromJson(nested, [2, 2, 2], 'data'), Float32Array.from(flat))
  t.throws(
    () =>
      tensorFromJson(
        [
          [
            [1, 2],
            [3, 4],
          ],
          [[5, 6], [7]],
        ],
        [2, 2, 2],
        'data'
      ),
    { code: 'PVAE_INVALID_BODY', message: 'expected an array of 2 for data[1][1] but received an array of 1' }
  )
  t.throws(
    () =>
      tensorFromJson(
        [
          [[1, 2], 3],
          [
            [5, 6],
            [7, 8],
          ],
        ],
        [2, 2, 2],
        'data'
      ),
    { message: /data\[0\]\[1\] but received 3/ }
  )
  t.throws(() => tensorFromJson(undefined, [1], 'data'), { message: /received nothing/ })
})

t.test('bytes at any address', async t => {
  const tensor = Float32Array.of(1.5, -2, 3e-40)
  for (const offset of [0, 1, 2, 3]) {
    const body = Buffer.alloc(20)
    bytesFromTensor(tensor).copy(body, offset)
    t.strictSame(tensorFromBytes(body.subarray(offset, offset + 12), [3], 'data'), tensor)
  }
  const little = Buffer.alloc(4)
  little.writeFloatLE(0.1)
  t.equal(tensorFromBytes(little, [1], 'data')[0], Math.fround(0.1), 'little-endian')
})
