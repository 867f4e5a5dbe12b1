/** Pictures by formula, smooth at the scale of a pixel: what a thing looks like in any pose, without warping it. */
import type { PoseUnit } from '../../../../trainer/config/pose-units.js'
import type { Input } from '../../../helpers/compare-engines.js'

/** As of `Pose`, of one image. */
export type Values = Readonly<Partial<Record<PoseUnit, number>>>

/** A thing without symmetry: bells at (x, y) in pixels from the middle, with a deviation and a height. */
const BELLS = [[-5, 0, 2, 1], [0, 0, 2.2, 1], [5, 0, 1.8, 0.6], [3.5, 3, 1.8, 0.5]] as const

/** How bright the thing is at (u, v) from its middle, where bells have their mean. */
function brightness (u: number, v: number): number {
  const mass = BELLS.reduce((sum, [,, deviation, height]) => sum + height * deviation ** 2, 0)
  const middle = [0, 1].map(axis =>
    BELLS.reduce((sum, bell) => sum + bell[axis]! * bell[3] * bell[2] ** 2, 0) / mass) as [number, number]
  return BELLS.reduce((sum, [x, y, deviation, height]) =>
    sum + height * Math.exp(-((u + middle[0] - x) ** 2 + (v + middle[1] - y) ** 2) / (2 * deviation ** 2)), 0)
}

/** The thing in poses, [N, H, W, 1]. */
export function pictures (poses: readonly Values[], height: number, width: number): Input {
  const values = Float32Array.from(poses.flatMap(pose => {
    const { row = 0, column = 0, scale = 0, height: high = scale, width: wide = scale, slant = 0, angle = 0 } = pose
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
    return Array.from({ length: height * width }, (_, i) => {
      const x = i % width - (width - 1) / 2 - column * width
      const y = Math.floor(i / width) - (height - 1) / 2 - row * height
      const [u, v] = [x * cosine + y * sine, y * cosine - x * sine]
      return brightness((u - slant * v) / Math.exp(wide), v / Math.exp(high))
    })
  }))
  return { shape: [poses.length, height, width, 1], values }
}

/** The same poses as tensors' inputs, [N] each. */
export function inputsOf (poses: readonly Values[]): Record<string, Input> {
  const names = Object.keys(poses[0]!) as Array<keyof Values>
  return Object.fromEntries(names.map(name => [name, {
    shape: [poses.length], values: Float32Array.from(poses, pose => pose[name]!),
  }]))
}
