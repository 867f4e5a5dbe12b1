/** Cars3D as it is published: a MAT-file for each car. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { naturalKey } from '../folder/clips.js'
import { corrupt, describeShape } from './array-file.js'
import type { ArrayContent, ArrayFactors } from './content.js'
import { readMatArray, type MatArray } from './mat5.js'

const [AZIMUTHS, ELEVATIONS] = [24, 4]
const VIEWS = AZIMUTHS * ELEVATIONS
const NAME = /^car_\d+_mesh\.mat$/i

/** The files of Cars3D among those of a folder, in the order of the cars. */
export function carFiles (names: readonly string[]): string[] {
  const keys = names.filter(name => NAME.test(name)).map(name => ({ name, key: naturalKey(name) }))
  return keys.sort((a, b) => a.key < b.key ? -1 : 1).map(({ name }) => name)
}

/**
 * Opens Cars3D (Reed, Zhang, Zhang, Lee, "Deep Visual Analogy-Making", 2015): in each `car_NNN_mesh.mat` an array `im`
 * of 128 × 128 × 3 × 24 azimuths × 4 elevations. Factors are, as disentanglement_lib has them, elevation (4), azimuth
 * (24, a whole turn) and object_type, the car (183 as it is published). Images are in the order of cars, azimuths and
 * elevations.
 * @throws TrainerError PVAE_DATA_CORRUPT
 */
export async function openCars3d (directory: string, names: readonly string[]): Promise<ArrayContent> {
  const files = names.map(name => join(directory, name))
  const [height, width, channels] = (await readCar(files[0]!)).shape as [number, number, number]
  const count = files.length * VIEWS
  return {
    shape: { height, width, channels },
    count,
    factors: factorsOf(count),
    files,
    notes: [],
    async * images (from, signal) {
      for (let car = Math.floor(from / VIEWS); car < files.length; car++) {
        signal?.throwIfAborted()
        const array = await readCar(files[car]!)
        if (array.shape[0] !== height || array.shape[1] !== width) {
          throw corrupt(files[car]!, `images of ${height} × ${width}, as in ${basename(files[0]!)},`, describeShape(array.shape))
        }
        for (let view = Math.max(0, from - car * VIEWS); view < VIEWS; view++) yield viewOf(array, view)
      }
    },
    async close () {},
  }
}

async function readCar (path: string): Promise<MatArray> {
  const array = await readMatArray(await readFile(path), 'im', path)
  const [, , channels, azimuths, elevations] = array.shape
  if (channels !== 3 || azimuths !== AZIMUTHS || elevations !== ELEVATIONS) {
    throw corrupt(path, `(height, width, 3, ${AZIMUTHS}, ${ELEVATIONS}) for the shape of im`, describeShape(array.shape))
  }
  return array
}

/** Takes an image out of Fortran order, where azimuths change before elevations. */
function viewOf ({ shape, bytes }: MatArray, view: number): Uint8Array {
  const [height, width, channels] = shape as [number, number, number]
  const [azimuth, elevation] = [Math.floor(view / ELEVATIONS), view % ELEVATIONS]
  const start = (elevation * AZIMUTHS + azimuth) * height * width * channels
  const image = new Uint8Array(height * width * channels)
  for (let i = 0; i < image.length; i++) {
    const [row, column, channel] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width, i % channels]
    image[i] = bytes[start + (channel * width + column) * height + row]!
  }
  return image
}

function factorsOf (count: number): ArrayFactors {
  const values = new Float64Array(count * 3)
  for (let i = 0; i < count; i++) {
    values.set([i % ELEVATIONS, Math.floor(i / ELEVATIONS) % AZIMUTHS, Math.floor(i / VIEWS)], 3 * i)
  }
  return {
    columns: [
      { name: 'elevation', kind: { kind: 'ordinal' } },
      { name: 'azimuth', kind: { kind: 'circular', period: AZIMUTHS } },
      { name: 'object_type', kind: { kind: 'categorical' } },
    ],
    values,
  }
}
