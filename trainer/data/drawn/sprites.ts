/** The three shapes of dSprites, drawn by formulas. */

export const SHAPES = ['square', 'ellipse', 'heart'] as const

/** Turns after which each shape looks the same, by its number. */
export const FOLDS = { 0: 4, 1: 2, 2: 1 } as const
/** The sizes that sprites have, a share of the largest: linspace(0.5, 1, 6). */
export const SCALES: readonly number[] = Array.from({ length: 6 }, (_, i) => (5 + i) / 10)
/** The angles that sprites are turned by: linspace(0, 2π, 40), of which the last is a whole turn. */
export const ORIENTATIONS: readonly number[] = Array.from({ length: 40 }, (_, i) => 2 * Math.PI * i / 39)

/** Pixels along each side of the pictures that sprites are in. */
export const SIDE = 64
/** Pixels along each side of the window around a sprite's middle: the farthest point is 12.1 pixels off. */
export const WINDOW = 25
/** Points of each pixel, along each side, that are looked at. */
const SAMPLES = 4

/** Numbers of a sprite's shape, scale and orientation in the lists above. */
export interface Sprite {
  readonly shape: number
  readonly scale: number
  readonly orientation: number
}

/**
 * Draws a sprite: 1 where at least half of a pixel's 4 × 4 evenly spaced points are inside of its shape, 0 elsewhere.
 * In pixels from the middle, x to the right and y downwards, (u, v) is (x, y) turned back by the orientation (which
 * turns the x axis towards y) and divided by the scale. Inside are
 *
 * - square: |u|, |v| < 8.5
 * - ellipse: (u / 12)² + (v / 6.5)² < 1
 * - heart: (a² + b² − 1)³ < a² b³ for a = u / 9 and b = 0.1 − v / 9
 * @returns [WINDOW, WINDOW]; the middle is that of the window's middle pixel
 */
export function drawSprite ({ shape, scale, orientation }: Sprite): Uint8Array {
  const [cos, sin] = [Math.cos(ORIENTATIONS[orientation]!), Math.sin(ORIENTATIONS[orientation]!)]
  const size = SCALES[scale]!
  const mask = new Uint8Array(WINDOW * WINDOW)
  for (let row = 0; row < WINDOW; row++) {
    for (let column = 0; column < WINDOW; column++) {
      let inside = 0
      for (let i = 0; i < SAMPLES * SAMPLES; i++) {
        const x = column + (i % SAMPLES + 0.5) / SAMPLES - WINDOW / 2
        const y = row + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES - WINDOW / 2
        if (isInside(shape, (x * cos + y * sin) / size, (y * cos - x * sin) / size)) inside++
      }
      if (2 * inside >= SAMPLES * SAMPLES) mask[row * WINDOW + column] = 1
    }
  }
  return mask
}

function isInside (shape: number, u: number, v: number): boolean {
  if (shape === 0) return Math.abs(u) < 8.5 && Math.abs(v) < 8.5
  if (shape === 1) return (u / 12) ** 2 + (v / 6.5) ** 2 < 1
  const [a, b] = [u / 9, 0.1 - v / 9]
  return (a * a + b * b - 1) ** 3 < a * a * b ** 3
}

const found = new Map<number, Uint16Array>()

/**
 * Lists the pixels of a sprite, drawn as drawSprite does, as their offsets from the upper left corner of its window in
 * a picture that is SIDE pixels wide. All 720 sprites together take half a megabyte and are drawn once. Not to be
 * changed.
 */
export function spriteOffsets (sprite: Sprite): Uint16Array {
  const { shape, scale, orientation } = sprite
  const key = (shape * SCALES.length + scale) * ORIENTATIONS.length + orientation
  let offsets = found.get(key)
  if (offsets === undefined) {
    const mask = drawSprite(sprite)
    const inside = Uint16Array.from(mask.keys()).filter(i => mask[i] === 1)
    found.set(key, offsets = inside.map(i => Math.floor(i / WINDOW) * SIDE + i % WINDOW))
  }
  return offsets
}
