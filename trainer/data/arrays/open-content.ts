import { readdir, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import type { ImageShape } from '@partition-vae/models'
import { TrainerError } from '../../foundation/errors.js'
import { notFound } from '../../foundation/not-found.js'
import { readArrayContent } from './array-content.js'
import { carFiles, openCars3d } from './cars3d.js'
import type { ArrayContent, MemberNames } from './content.js'
import type { ArrayContentOptions } from './find-member.js'
import { openNpy } from './npy.js'
import { openNpz } from './npz.js'
import { isSmallNorb, openSmallNorb } from './small-norb.js'

const ENDINGS = '.npz, .npy, .h5 or .hdf5'

/**
 * Opens a file of arrays, by its ending, or a folder that holds Cars3D or SmallNORB as they are published.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY, PVAE_DATA_MIXED; the signal's reason
 */
export async function openContent (options: ArrayContentOptions, signal?: AbortSignal): Promise<ArrayContent> {
  const { path } = options
  const found = await stat(path).catch((error: unknown) => { throw notFound(path, 'data.file', error) })
  if (found.isDirectory()) return await openDirectory(path)
  switch (extname(path).toLowerCase()) {
    case '.npz': return await readArrayContent(await openNpz(path), options, signal)
    case '.npy': return await readArrayContent(await openNpy(path), options, signal)
    case '.h5':
    case '.hdf5':
      // Megabytes of WebAssembly, which only these need.
      return await readArrayContent(await (await import('./hdf5.js')).openHdf5(path), options, signal)
    default: throw new TrainerError('PVAE_DATA_CORRUPT', `expected a file ${ENDINGS} for data.file but found ${path}`)
  }
}

/**
 * Reads the size of the images in arrays.
 * @param members names of arrays, where they are said
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY, PVAE_DATA_MIXED
 */
export async function sizeArrays (
  path: string, members: MemberNames = {}
): Promise<Pick<ImageShape, 'height' | 'width'>> {
  const { shape: { height, width }, close } = await openContent({ path, ...members })
  await close()
  return { height, width }
}

async function openDirectory (path: string): Promise<ArrayContent> {
  const names = await readdir(path).catch((error: unknown) => { throw notFound(path, 'data.file', error) })
  if (isSmallNorb(names)) return await openSmallNorb(path, names)
  const cars = carFiles(names)
  if (cars.length > 0) return await openCars3d(path, cars)
  throw new TrainerError('PVAE_DATA_NOT_FOUND', `expected a file ${ENDINGS}, or a folder with the files of Cars3D ` +
    `(car_001_mesh.mat …) or SmallNORB (smallnorb-….mat), for data.file but found the folder ${path}`)
}
