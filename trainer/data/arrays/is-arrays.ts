import { readdir } from 'node:fs/promises'
import { carFiles } from './cars3d.js'
import { isSmallNorb } from './small-norb.js'

const ENDINGS = /\.(npz|npy|h5|hdf5)$/i

/** Tells whether a path stands for images in arrays: by its ending, or as a folder of Cars3D or SmallNORB. */
export async function isArrays (path: string, isDirectory: boolean): Promise<boolean> {
  if (!isDirectory) return ENDINGS.test(path)
  const names = await readdir(path).catch(() => [])
  return isSmallNorb(names) || carFiles(names).length > 0
}
