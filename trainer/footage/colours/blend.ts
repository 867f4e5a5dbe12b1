/**
 * Pixels at a thing's edge, and all of a thing that is smaller than a pixel, are blends α·c + (1 − α)·b of its colour c
 * and what lies behind, b.
 */

const LEAST_ALPHA = 0.1
/** Of colours that fit as well the one that needs the least faint blend is taken. */
const FAINTNESS = 0.002

export interface Blend {
  /** In [0.1, 1] */
  readonly alpha: number
  /**
   * ‖d − α·t‖² + 0.002·(1 − α)²·‖d‖² for the pixel's difference d and the colour's difference t from what is behind.
   */
  readonly cost: number
}

/**
 * How well a colour explains a pixel. All in [0, 1], by channel.
 * @param difference of the pixel from what lies behind it
 * @param square its squared norm
 * @param behind read from `at` on
 */
export function blendOf (
  difference: ArrayLike<number>,
  square: number,
  colour: readonly number[],
  behind: ArrayLike<number>,
  at: number,
  unit: number
): Blend {
  let [dot, norm] = [0, 0]
  for (let c = 0; c < colour.length; c++) {
    const towards = colour[c]! - behind[at + c]! * unit
    dot += difference[c]! * towards
    norm += towards * towards
  }
  const alpha = norm === 0 ? LEAST_ALPHA : Math.min(1, Math.max(LEAST_ALPHA, dot / norm))
  return { alpha, cost: square * (1 + FAINTNESS * (1 - alpha) ** 2) - 2 * alpha * dot + alpha * alpha * norm }
}
