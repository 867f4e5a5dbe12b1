/** Published data sets: how they are told, what their factors are, and the checksums of their files. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { FactorKind } from '../factor-kinds.js'
import type { ArrayFactor } from './content.js'

const ordinal: FactorKind = { kind: 'ordinal' }
const categorical: FactorKind = { kind: 'categorical' }
const real: FactorKind = { kind: 'real' }
const hue: FactorKind = { kind: 'circular', period: 1 }

/**
 * Factors of dSprites (Matthey et al. 2017), in the order of `latents_values`. Shapes are 1 square, 2 ellipse, 3 heart.
 */
export const DSPRITES: readonly ArrayFactor[] = [
  { name: 'color', kind: categorical },
  { name: 'shape', kind: categorical },
  { name: 'scale', kind: ordinal },
  {
    name: 'orientation',
    kind: { kind: 'circular', period: 2 * Math.PI, symmetry: { factor: 'shape', folds: { 1: 4, 2: 2, 3: 1 } } },
  },
  { name: 'posX', kind: real },
  { name: 'posY', kind: real },
]

/** Factors of 3D Shapes (Burgess, Kim 2018), in the order of `labels`. Shapes are cube, cylinder, sphere, capsule. */
export const SHAPES3D: readonly ArrayFactor[] = [
  { name: 'floor_hue', kind: hue },
  { name: 'wall_hue', kind: hue },
  { name: 'object_hue', kind: hue },
  { name: 'scale', kind: ordinal },
  { name: 'shape', kind: { kind: 'categorical', names: ['cube', 'cylinder', 'sphere', 'capsule'] } },
  { name: 'orientation', kind: real },
]
export const SHAPES3D_COUNT = 480_000

/** Factors of MPI3D (Gondal et al. 2019): the images are in the order of all combinations, the last the fastest. */
const MPI3D: readonly ArrayFactor[] = [
  { name: 'object_color', kind: categorical },
  { name: 'object_shape', kind: categorical },
  { name: 'object_size', kind: ordinal },
  { name: 'camera_height', kind: ordinal },
  { name: 'background_color', kind: categorical },
  { name: 'horizontal_axis', kind: real },
  { name: 'vertical_axis', kind: real },
]
/** Numbers of values: of toy, realistic and real, and of the complex real shapes. */
const MPI3D_SIZES = [[6, 6, 2, 3, 3, 40, 40], [4, 4, 2, 3, 3, 40, 40]] as const

/** Computes the factors of MPI3D from the number of images; undefined for no number that it has. */
export function mpi3dFactors (count: number): { columns: readonly ArrayFactor[], values: Float64Array } | undefined {
  const sizes = MPI3D_SIZES.find(sizes => sizes.reduce((product: number, size) => product * size, 1) === count)
  if (sizes === undefined) return undefined
  const values = new Float64Array(count * sizes.length)
  for (let i = 0; i < count; i++) {
    let rest = i
    for (let k = sizes.length - 1; k >= 0; k--) {
      values[i * sizes.length + k] = rest % sizes[k]!
      rest = Math.floor(rest / sizes[k]!)
    }
  }
  return { columns: MPI3D, values }
}

/** MD5 of the files as they are published, by their names. */
const MD5: Readonly<Record<string, string>> = {
  'dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz': '7da33b31b13a06f4b04a70402ce90c2e',
  '3dshapes.h5': '099a2078d58cec4daad0702c55d06868',
  'mpi3d_toy.npz': '55889cb7c7dfc655d6e0277beee88868',
  'mpi3d_realistic.npz': '59a6225b88b635365f70c91b3e52f70f',
  'mpi3d_real.npz': '0f33f609918fb5c97996692f91129802',
}

/**
 * Compares a file with the one that is published under its name.
 * @returns a sentence for the user where they differ
 */
export async function compareWithPublished (path: string, signal?: AbortSignal): Promise<string | undefined> {
  const published = MD5[basename(path)]
  if (published === undefined) return undefined
  const hash = createHash('md5')
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, signal })) hash.update(chunk as Uint8Array)
  const found = hash.digest('hex')
  return found === published
    ? undefined
    : `${basename(path)} is not the published file: its MD5 is ${found}, and that of the published file ${published}.`
}
