import { covariance, EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { frameAt, type Frames } from './frames.js'
import type { Pause } from './pause.js'
import { quantile } from './quantiles.js'
import { behindOf, type Scene } from './scene.js'

export interface Steadiness {
  /**
   * Least difference of a channel from the still image that counts as something that moves, in [0, 1]: well above the
   * frames' noise.
   */
  readonly threshold: number
  /** Standard deviation of pixels around the still image, in [0, 1], by the median: what moves hardly counts. */
  readonly noise: number
  /** Share of the pixels that are as in the still image, averaged over frames. Moving cameras leave few. */
  readonly still: number
}

/** Where pixels vary by more than noise does, the camera moves: what differs still counts then. */
const [LEAST_THRESHOLD, LARGEST_THRESHOLD] = [0.04, 0.15]
const NOISE_DEVIATIONS = 4

/** How steady the scene is behind what moves. */
export async function measureSteadiness (frames: Frames, scene: Scene, pause: Pause): Promise<Steadiness> {
  const { channels } = frames.shape
  const histogram = new Float64Array(256)
  for (let n = 0; n < frames.count; n++) {
    await pause()
    const frame = frameAt(frames, n)
    const { still, light } = behindOf(frame, scene)
    for (let at = 0; at < still.length; at += channels) {
      let most = 0
      for (let i = at; i < at + channels; i++) most = Math.max(most, Math.abs(frame[i]! / light[i - at]! - still[i]!))
      const bin = Math.min(255, Math.round(most))
      histogram[bin] = histogram[bin]! + 1
    }
  }
  const pixels = histogram.reduce((sum, count) => sum + count, 0)
  const share = (limit: number) => histogram.reduce((sum, count, bin) => bin <= limit ? sum + count : sum, 0) / pixels
  const median = histogram.findIndex((_, bin) => share(bin) >= 0.5)
  const noise = 1.4826 * median / 255
  const threshold = Math.min(LARGEST_THRESHOLD, Math.max(LEAST_THRESHOLD, NOISE_DEVIATIONS * noise))
  return { threshold, noise, still: share(255 * threshold) }
}

export interface LightChanges {
  /** Standard deviation of the logarithm of the frames' brightness, of the channel where it is largest. */
  readonly deviation: number
  /** The same, without the brightest and the darkest tenth of the frames: flashes are no light. */
  readonly usualDeviation: number
  /**
   * In how many independent ways the light changes: 1 where all channels rise and fall together, up to the channels.
   */
  readonly ways: number
}

/**
 * Measures how the light changes: against a still image, the principal components of the logarithms of the frames'
 * brightness by channel.
 * @param least standard deviation above which a component counts as a way of its own
 */
export async function measureLight (frames: Frames, scene: Scene, least: number, pause: Pause): Promise<LightChanges> {
  const logarithms: number[][] = []
  for (let n = 0; n < frames.count; n++) {
    await pause()
    logarithms.push(behindOf(frameAt(frames, n), { ...scene, gain: true }).light.map(Math.log))
  }
  const covariances = covariance(new Matrix(logarithms)) // [C, C]
  const variances = new EigenvalueDecomposition(covariances, { assumeSymmetric: true }).realEigenvalues
  const ranges = logarithms[0]!.map((_, c) => {
    const values = logarithms.map(light => light[c]!)
    return quantile(values, 0.9) - quantile(values, 0.1)
  })
  return {
    // The range's width in standard deviations of a normal distribution.
    usualDeviation: Math.max(...ranges) / 2.563,
    deviation: Math.sqrt(Math.max(...covariances.diagonal())),
    ways: Math.max(1, variances.filter(variance => variance > least ** 2).length),
  }
}
