import { createRandom, type Random } from '../../random/index.js'

export interface Factor {
  /** As in headers of measures: `x`, unique inside its group. */
  readonly name: string
  /** The independent part of the scene that it belongs to. */
  readonly group: GroupName
  /** Uniform between these, in `unit`. */
  readonly range: readonly [low: number, high: number]
  readonly unit: 'units' | 'hue' | 'radians' | 'ratio' | 'grey'
}

export type GroupName = 'A' | 'B' | 'table' | 'ball' | 'background' | 'light'

/**
 * The factors by which scenes of synthetic table tennis vary: 18 independent uniform ones in 6 groups, in the order of
 * every array of factors. Lengths are in units of a 64 × 48 canvas, x to the right, y downwards; a hue is a turn of the
 * colour circle (0 red, 1/3 green).
 */
export const FACTORS: readonly Factor[] = [
  { name: 'x', group: 'A', range: [12, 52], unit: 'units' },
  { name: 'y', group: 'A', range: [34, 41], unit: 'units' },
  { name: 'hue', group: 'A', range: [0, 0.6], unit: 'hue' },
  { name: 'angle', group: 'A', range: [-1.2, 1.2], unit: 'radians' },
  { name: 'x', group: 'B', range: [14, 50], unit: 'units' },
  { name: 'y', group: 'B', range: [9, 15], unit: 'units' },
  { name: 'hue', group: 'B', range: [0, 0.6], unit: 'hue' },
  { name: 'angle', group: 'B', range: [-1.2, 1.2], unit: 'radians' },
  { name: 'hue', group: 'table', range: [0.3, 0.7], unit: 'hue' },
  { name: 'y', group: 'table', range: [22, 28], unit: 'units' },
  { name: 'scale', group: 'table', range: [0.8, 1.2], unit: 'ratio' },
  { name: 'tilt', group: 'table', range: [-0.2, 0.2], unit: 'ratio' },
  { name: 'x', group: 'ball', range: [8, 56], unit: 'units' },
  { name: 'y', group: 'ball', range: [8, 38], unit: 'units' },
  { name: 'radius', group: 'ball', range: [1.2, 2.2], unit: 'units' },
  { name: 'wall', group: 'background', range: [0, 0.8], unit: 'hue' },
  { name: 'floor', group: 'background', range: [0.25, 0.6], unit: 'grey' },
  { name: 'light', group: 'light', range: [0.55, 1], unit: 'ratio' },
]

/** The six groups, in order, with the positions of their factors. */
export const GROUPS = {
  A: [0, 1, 2, 3],
  B: [4, 5, 6, 7],
  table: [8, 9, 10, 11],
  ball: [12, 13, 14],
  background: [15, 16],
  light: [17],
} as const satisfies Readonly<Record<GroupName, readonly number[]>>

/** As many numbers as a list has elements. */
type Numbers<T extends readonly unknown[]> = { [I in keyof T]: number }

/** The values of one group's factors, in order. `factors`: [18] */
export function factorsOf<G extends GroupName> (factors: Float32Array, group: G): Numbers<typeof GROUPS[G]> {
  return GROUPS[group].map(i => factors[i]!) as unknown as Numbers<typeof GROUPS[G]>
}

/** Most groups that differ between the two scenes of a pair. */
const MAX_CHANGED_GROUPS = 2

/**
 * The factors of scene `index`: 18 uniform numbers in [0, 1], the same whatever was asked for before.
 * @param stream scenes of different streams are independent, e.g. `train` and `test`
 */
export function sampleFactors (seed: number, index: number, stream = 'train'): Float32Array {
  return drawUniforms(createRandom(seed, 'table-tennis', stream, index), new Float32Array(FACTORS.length))
}

/** Uniform numbers in [0, 1] → factors in their own units, [18] or [n, 18] → the same. */
export function scaleFactors (uniforms: Float32Array): Float32Array {
  return uniforms.map((u, i) => {
    const [low, high] = FACTORS[i % FACTORS.length]!.range
    return low + u * (high - low)
  })
}

/** A scene like another in all but a few groups. */
export interface Partner {
  /** In their own units, [18]. */
  readonly factors: Float32Array
  /** The groups that were drawn anew: one or two, in order. */
  readonly changed: readonly GroupName[]
}

/**
 * A scene that shares all factor groups with another, but k ∈ {1, 2} of them, which are drawn anew: the weak
 * supervision of Locatello et al., "Weakly-Supervised Disentanglement Without Compromises" (2020), with groups in the
 * place of factors.
 * @param factors in their own units, [18]; not changed
 */
export function drawPartner (factors: Float32Array, random: Random): Partner {
  const names = Object.keys(GROUPS) as GroupName[]
  const count = 1 + random.integer(MAX_CHANGED_GROUPS)
  const order = random.shuffle(Uint32Array.from(names, (_, i) => i)).subarray(0, count).sort()
  const changed = Array.from(order, i => names[i]!)
  const fresh = scaleFactors(drawUniforms(random, new Float32Array(FACTORS.length)))
  return { factors: factors.map((value, i) => changed.includes(FACTORS[i]!.group) ? fresh[i]! : value), changed }
}

function drawUniforms (random: Random, out: Float32Array): Float32Array {
  for (let i = 0; i < out.length; i++) out[i] = random.uniform()
  return out
}
