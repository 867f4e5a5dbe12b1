/** The normal distribution where it is cut off at both ends. */
import type { Random } from '../../random/index.js'

const SQRT2 = Math.SQRT2
const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI)

/**
 * The complementary error function, with a relative error below 1.2e-7 everywhere: also far out, where 1 − erf(x) would
 * be 0. (Press et al., Numerical Recipes, 2nd ed. 1992, § 6.2, `erfcc`.)
 */
function erfc (x: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(x))
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ].reduceRight((sum, coefficient) => coefficient + t * sum, 0)
  const tail = t * Math.exp(-x * x + series)
  return x >= 0 ? tail : 2 - tail
}

/** The probability that a standard normal number lies between `a` and `b`; a ≤ b. */
export function normalMass (a: number, b: number): number {
  // In the upper tail both ends are mirrored: the difference of two numbers near 1 would say nothing.
  const [from, to] = a > 0 ? [-b, -a] : [a, b]
  return Math.max(0, 0.5 * (erfc(-to / SQRT2) - erfc(-from / SQRT2)))
}

/** The logarithm of the standard normal density. */
export function logNormalDensity (z: number): number {
  return -0.5 * z * z - LOG_SQRT_2PI
}

/**
 * Draws from a normal distribution cut off at `low` and `high`, by drawing until one lies between. Its mean must lie
 * between them, and its deviation be at most their distance: then more than a third of all draws do.
 */
export function drawTruncated (mean: number, deviation: number, low: number, high: number, random: Random): number {
  let drawn: number
  do drawn = mean + deviation * random.normal()
  while (drawn < low || drawn > high)
  return drawn
}
