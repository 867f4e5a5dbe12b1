/** How alike regions and tracklets are: 0 for the same, about 1 for two that nobody takes for one another. */

export type Looks = Float32Array

export interface Appearance {
  readonly looks: Looks
  /** Pixels. */
  readonly area: number
  /** Height and width in pixels. */
  readonly box: readonly [number, number]
}

const LOOKS_WEIGHT = 4
/** Things of sizes and shapes no further apart are taken for one another. */
const MOST_UNLIKE = 0.5
/** Colours of things of fewer pixels are blends with what is behind, and trusted less. */
const BLENDED_AREA = 12

/** Half the L1 distance of two histograms: 0 to 1. */
export function looksDistance (a: Looks, b: Looks): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return sum / 2
}

/** How much two areas differ, as the logarithm of their ratio; a pixel more or less of few hardly counts. */
export function areaDistance (a: number, b: number): number {
  return Math.abs(Math.log((a + 2) / (b + 2)))
}

/** Distance of colours alone, weighted. */
export function weightedLooks (a: Looks, areaA: number, b: Looks, areaB: number): number {
  return LOOKS_WEIGHT * looksDistance(a, b) * certaintyOf(areaA, areaB)
}

/** Whether colours are so different that they can't be of the same thing; of small areas nothing is said. */
export function looksOther (a: Looks, areaA: number, b: Looks, areaB: number, most: number): boolean {
  return Math.min(areaA, areaB) >= BLENDED_AREA && looksDistance(a, b) > most
}

/** How far the colours of two areas can be trusted: 0 to 1. */
function certaintyOf (areaA: number, areaB: number): number {
  return Math.min(1, (Math.min(areaA, areaB) + 2) / BLENDED_AREA)
}

/** Distance of size and shape alone. */
function shapeDistance (a: Appearance, b: Appearance): number {
  return 0.5 * areaDistance(a.area, b.area) +
    0.25 * (areaDistance(a.box[0], b.box[0]) + areaDistance(a.box[1], b.box[1]))
}

/** Whether two are so alike in size and shape that one may be taken for the other, whatever their colours. */
export function haveSameShape (a: Appearance, b: Appearance): boolean {
  return shapeDistance(a, b) <= MOST_UNLIKE
}

/** Distance of looks, size and shape. */
export function unlikeness (a: Appearance, b: Appearance): number {
  return weightedLooks(a.looks, a.area, b.looks, b.area) + shapeDistance(a, b)
}
