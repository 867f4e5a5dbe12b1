import { TrainerError } from '../foundation/errors.js'

/**
 * 128 bits that identify a stream: MurmurHash3_x86_128 (Appleby, public domain, hash seed 0) of the ids as
 * little-endian 32 bit words. An integer is the words 1, low, high (two's complement, 64 bit); a string is 2, its
 * length, and one word for each UTF-16 code unit: no two lists of ids have the same words. 128 bits, because with 32
 * two of 80,000 streams would likely coincide.
 * @throws TrainerError PVAE_INVALID_PARAMETER for a number that is not a safe integer
 */
export function hashStream (ids: ReadonlyArray<number | string>): Int32Array {
  const words: number[] = []
  for (const id of ids) {
    if (typeof id === 'string') {
      words.push(2, id.length)
      for (let i = 0; i < id.length; i++) words.push(id.charCodeAt(i))
    } else if (Number.isSafeInteger(id)) {
      words.push(1, id | 0, Math.floor(id / 2 ** 32) | 0)
    } else {
      throw new TrainerError(
        'PVAE_INVALID_PARAMETER',
        `expected a safe integer for a random seed or stream but received ${id}`
      )
    }
  }
  return murmur128(words)
}

const C1 = 0x239b961b
const C2 = 0xab0e9789 | 0
const C3 = 0x38b34ae5
const C4 = 0xa1e38b93 | 0
const { imul } = Math

/** MurmurHash3_x86_128 of whole 32 bit words, seed 0 → four words. */
function murmur128 (words: readonly number[]): Int32Array {
  let h1 = 0
  let h2 = 0
  let h3 = 0
  let h4 = 0
  const whole = words.length - words.length % 4
  for (let i = 0; i < whole; i += 4) {
    h1 = add(imul(rotate(h1 ^ imul(rotate(imul(words[i]!, C1), 15), C2), 19) + h2, 5), 0x561ccd1b)
    h2 = add(imul(rotate(h2 ^ imul(rotate(imul(words[i + 1]!, C2), 16), C3), 17) + h3, 5), 0x0bcaa747)
    h3 = add(imul(rotate(h3 ^ imul(rotate(imul(words[i + 2]!, C3), 17), C4), 15) + h4, 5), 0x96cd1c35)
    h4 = add(imul(rotate(h4 ^ imul(rotate(imul(words[i + 3]!, C4), 18), C1), 13) + h1, 5), 0x32ac3b17)
  }
  const tail = words.length - whole
  if (tail > 2) h3 ^= imul(rotate(imul(words[whole + 2]!, C3), 17), C4)
  if (tail > 1) h2 ^= imul(rotate(imul(words[whole + 1]!, C2), 16), C3)
  if (tail > 0) h1 ^= imul(rotate(imul(words[whole]!, C1), 15), C2)

  const bytes = words.length * 4
  h1 ^= bytes
  h2 ^= bytes
  h3 ^= bytes
  h4 ^= bytes
  h1 = add(h1, h2 + h3 + h4)
  h2 = add(h2, h1)
  h3 = add(h3, h1)
  h4 = add(h4, h1)
  h1 = finish(h1)
  h2 = finish(h2)
  h3 = finish(h3)
  h4 = finish(h4)
  h1 = add(h1, h2 + h3 + h4)
  return Int32Array.of(h1, add(h2, h1), add(h3, h1), add(h4, h1))
}

function rotate (x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits))
}

function add (a: number, b: number): number {
  return (a + b) | 0
}

function finish (h: number): number {
  h = imul(h ^ (h >>> 16), 0x85ebca6b)
  h = imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
