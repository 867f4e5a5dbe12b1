import type { Random } from '../../random/index.js'

/** Wavelengths in pixels. */
const [SHORTEST, LONGEST] = [6, 16]

/**
 * Draws a texture that has no edges: the mean of two waves, each in a direction, of a wavelength from 6 to 16 pixels
 * and of a phase that are equally likely.
 * @returns [side, side], row by row, within ±½
 */
export function drawWaves (random: Random, side: number): Float64Array {
  const waves = Array.from({ length: 2 }, () => {
    const direction = 2 * Math.PI * random.uniform()
    const frequency = 2 * Math.PI / (SHORTEST + (LONGEST - SHORTEST) * random.uniform())
    return {
      x: frequency * Math.cos(direction), y: frequency * Math.sin(direction), phase: 2 * Math.PI * random.uniform(),
    }
  })
  return Float64Array.from({ length: side * side }, (_, i) => {
    const [row, column] = [Math.floor(i / side), i % side]
    return waves.reduce((sum, { x, y, phase }) => sum + Math.sin(x * column + y * row + phase) / 4, 0)
  })
}
