import { TrainerError } from '../foundation/errors.js'
import { hashStream } from './seed.js'

/** A deterministic source of random numbers. */
export interface Random {
  /** Uniform integer in [0, 2³²). */
  uint32 (): number
  /** Uniform double in [0, 1), a multiple of 2⁻⁵³. */
  uniform (): number
  /** Uniform integer in [0, n), without bias. n: integer in [1, 2³²]. */
  integer (n: number): number
  /** Standard normal double. */
  normal (): number
  /** Fills `out` with standard normals, the same numbers as repeated `normal()`, faster. Returns `out`. */
  fillNormal (out: Float32Array): Float32Array
  /** Permutes `values` in place, every order equally likely. Returns `values`. */
  shuffle (values: Uint32Array): Uint32Array
}

/**
 * Random numbers addressed by what they are for, e.g. `createRandom(seed, 'noise', step)`: a run that is resumed asks
 * for the same address and needs no stored generator. Streams with different ids are independent.
 *
 * The generator is xoshiro128** 1.1 (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
 * 47(4), 2021; period 2¹²⁸ − 1), its state the 128 bit hash of seed and ids. Integers, uniforms and shuffles are the
 * same on every platform. Normals use Marsaglia's polar method, whose only inexact function is Math.log (sqrt is
 * exactly rounded): an engine whose log differs in the last digit may differ there; V8 carries its own log, so Node is
 * consistent across machines.
 * @param seed any safe integer
 * @param stream what the numbers are for: strings and safe integers
 * @throws TrainerError PVAE_INVALID_PARAMETER
 */
export function createRandom (seed: number, ...stream: ReadonlyArray<number | string>): Random {
  return randomFromState(hashStream([seed, ...stream]))
}

/** xoshiro128** from a given state of four words, not all zero. */
export function randomFromState (state: Int32Array): Random {
  const s = Int32Array.from(state)
  // All zeros is the one state the generator never leaves: 1 in 2¹²⁸, but then `normal` would repeat one number for
  // ever.
  if (s.every(word => word === 0)) s[0] = 1
  // The last two normals made; `waiting`: the second has not been given out yet.
  const pair = new Float64Array(2)
  let waiting = false

  /** Uniform in [−2³¹, 2³¹). */
  function next (): number {
    const s1 = s[1]!
    const product = Math.imul(s1, 5)
    s[2] = s[2]! ^ s[0]!
    s[3] = s[3]! ^ s1
    s[1] = s1 ^ s[2]!
    s[0] = s[0]! ^ s[3]!
    s[2] = s[2]! ^ (s1 << 9)
    s[3] = (s[3]! << 11) | (s[3]! >>> 21)
    return Math.imul((product << 7) | (product >>> 25), 9)
  }

  /** Polar method: a point uniform in the unit disc gives two independent normals. */
  function drawPair (): void {
    let u: number, v: number, square: number
    do {
      u = (next() + 0.5) * 2 ** -31
      v = (next() + 0.5) * 2 ** -31
      square = u * u + v * v
    } while (square >= 1)
    const radius = Math.sqrt(-2 * Math.log(square) / square)
    pair[0] = u * radius
    pair[1] = v * radius
  }

  function normal (): number {
    waiting = !waiting
    if (!waiting) return pair[1]!
    drawPair()
    return pair[0]!
  }

  const uint32 = (): number => next() >>> 0

  function integer (n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new TrainerError(
        'PVAE_INVALID_PARAMETER',
        `expected an integer from 1 to 4294967296 for the range of a random integer but received ${n}`
      )
    }
    // Values from the last, incomplete run of n would favour small remainders: draw again.
    const limit = 2 ** 32 - 2 ** 32 % n
    let value = uint32()
    while (value >= limit) value = uint32()
    return value % n
  }

  return {
    uint32,
    uniform: () => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) * 2 ** -53,
    integer,
    normal,
    fillNormal (out) {
      let i = 0
      if (waiting && out.length > 0) out[i++] = normal()
      for (; i + 1 < out.length; i += 2) {
        drawPair()
        out[i] = pair[0]!
        out[i + 1] = pair[1]!
      }
      if (i < out.length) out[i] = normal()
      return out
    },
    shuffle (values) {
      // Fisher–Yates, from the end (Durstenfeld 1964).
      for (let i = values.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const value = values[i]!
        values[i] = values[j]!
        values[j] = value
      }
      return values
    },
  }
}
