/** Colours of what moves. */
import { createRandom } from '../../random/index.js'
import { blendOf } from './blend.js'
import { frameAt, type Frames } from '../frames.js'
import type { Pause } from '../pause.js'
import { behindOf, type Scene } from '../scene.js'

const SAMPLED_PIXELS = 3000
const CANDIDATES = 200
const MOST_COLOURS = 12
/** A further colour explains at least this share of the pixels. */
const LEAST_GAIN = 0.004
/**
 * Pixels that differ most within so many pixels stand for what is around them: large things shall not outvote small
 * ones.
 */
const REACH = 2

interface Pixel {
  readonly colour: readonly number[]
  readonly behind: readonly number[]
  readonly difference: readonly number[]
  readonly square: number
}

/**
 * A few colours whose blends with the still image explain the pixels that move. Chosen one by one, each the one of 200
 * sampled ones that explains most of what is left, so that pure colours come before blends.
 * @returns [k][C] in [0, 1]; empty where nothing moves
 */
export async function findPalette (
  frames: Frames,
  scene: Scene,
  threshold: number,
  seed: number,
  pause: Pause
): Promise<number[][]> {
  const pixels = await samplePeaks(frames, scene, threshold, seed, pause)
  if (pixels.length === 0) return []
  const candidates = pixels.slice(0, CANDIDATES).map(({ colour }) => colour)
  const costs: Float64Array[] = []
  for (const colour of candidates) {
    await pause()
    costs.push(Float64Array.from(pixels, pixel => relativeCost(pixel, colour)))
  }
  const left = new Float64Array(pixels.length).fill(1)
  const chosen: number[] = []
  while (chosen.length < MOST_COLOURS) {
    let [best, most] = [-1, LEAST_GAIN * pixels.length]
    costs.forEach((cost, k) => {
      let gain = 0
      for (let i = 0; i < cost.length; i++) gain += Math.max(0, left[i]! - cost[i]!)
      if (gain > most) [best, most] = [k, gain]
    })
    if (best < 0) break
    chosen.push(best)
    costs[best]!.forEach((cost, i) => {
      left[i] = Math.min(left[i]!, cost)
    })
  }
  return withoutNeedless(chosen.map(k => costs[k]!)).map(i => [...candidates[chosen[i]!]!])
}

/** Indices of the colours that still explain something when those chosen after them are there. */
function withoutNeedless (costs: readonly Float64Array[]): number[] {
  return costs.reduce((kept, _, index) => {
    const others = kept.filter(other => other !== index).map(other => costs[other]!)
    let lost = 0
    for (let i = 0; i < costs[index]!.length; i++) {
      const without = others.reduce((least, cost) => Math.min(least, cost[i]!), 1)
      lost += Math.max(0, without - costs[index]![i]!)
    }
    return lost > LEAST_GAIN * costs[index]!.length ? kept : kept.filter(other => other !== index)
  }, costs.map((_, i) => i))
}

const blend = ({ difference, square, behind }: Pixel, colour: readonly number[]) =>
  blendOf(difference, square, colour, behind, 0, 1)

/** Share of a pixel's difference from the still image that a colour leaves unexplained: 0 to 1. */
function relativeCost (pixel: Pixel, colour: readonly number[]): number {
  return Math.min(1, blend(pixel, colour).cost / pixel.square)
}

/** At most 3000 pixels from all frames, brought to the still image's brightness, in random order. */
async function samplePeaks (
  frames: Frames,
  scene: Scene,
  threshold: number,
  seed: number,
  pause: Pause
): Promise<Pixel[]> {
  const {
    count,
    shape: { height, width, channels },
  } = frames
  const random = createRandom(seed, 'footage-pixels')
  const chosen: Pixel[] = []
  let seen = 0
  const squares = new Float64Array(height * width)
  for (let n = 0; n < count; n++) {
    await pause()
    const frame = frameAt(frames, n)
    const { still, light } = behindOf(frame, scene)
    const scale = light.map(factor => 1 / (255 * factor))
    const differenceAt = (i: number) => frame[i]! * scale[i % channels]! - still[i]! / 255
    for (let p = 0; p < squares.length; p++) {
      let [most, square] = [0, 0]
      for (let i = p * channels; i < (p + 1) * channels; i++) {
        const d = differenceAt(i)
        most = Math.max(most, Math.abs(d))
        square += d * d
      }
      squares[p] = most > threshold ? square : 0
    }
    for (let p = 0; p < squares.length; p++) {
      if (squares[p] === 0 || !isPeak(squares, p, height, width)) continue
      // Reservoir sampling (Vitter 1985, algorithm R): all pixels are equally likely.
      const slot = seen < SAMPLED_PIXELS ? seen : random.integer(seen + 1)
      seen++
      if (slot >= SAMPLED_PIXELS) continue
      const elements = Array.from({ length: channels }, (_, c) => p * channels + c)
      chosen[slot] = {
        colour: elements.map(i => frame[i]! * scale[i % channels]!),
        behind: elements.map(i => still[i]! / 255),
        difference: elements.map(differenceAt),
        square: squares[p]!,
      }
    }
  }
  const order = random.shuffle(Uint32Array.from(chosen, (_, i) => i))
  return Array.from(order, i => chosen[i]!)
}

/** Whether no pixel near differs more, and none before it as much. */
function isPeak (squares: Float64Array, p: number, height: number, width: number): boolean {
  const [row, column] = [Math.floor(p / width), p % width]
  for (let i = Math.max(0, row - REACH); i <= Math.min(height - 1, row + REACH); i++) {
    for (let j = Math.max(0, column - REACH); j <= Math.min(width - 1, column + REACH); j++) {
      const other = squares[i * width + j]!
      if (other > squares[p]! || (other === squares[p] && i * width + j < p)) return false
    }
  }
  return true
}
