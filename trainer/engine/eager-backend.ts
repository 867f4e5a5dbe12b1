/**
 * Selects the TensorFlow.js backend of the eager engine: native TensorFlow on a GPU or the CPU where one of its
 * packages is installed, else the plain JavaScript backend, which is slow but runs everywhere and is the reference in
 * tests.
 */
import { createRequire } from 'node:module'
import util from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { TrainerError } from '../foundation/errors.js'

export type EagerBackend = 'auto' | 'tensorflow' | 'cpu'

/** In the order in which they are tried. */
const NATIVE_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const

/**
 * Makes the backend current and says what it is.
 * @param wanted `tensorflow`: the native one or an error; `cpu`: the plain one; `auto`: the native one where it is
 * installed
 * @param load how a package is imported; throws where it is missing or does not load
 * @throws TrainerError PVAE_ENGINE_UNAVAILABLE with the command that installs it
 */
export async function selectBackend (
  wanted: EagerBackend,
  load: (name: string) => unknown = loadPackage
): Promise<string> {
  tf.enableProdMode() // no banner recommending another package
  const reasons: string[] = []
  if (wanted !== 'cpu') {
    for (const name of NATIVE_PACKAGES) {
      try {
        load(name)
        await tf.setBackend('tensorflow')
        return `${name} (TensorFlow)`
      } catch (error) {
        reasons.push(`${name}: ${(error as Error).message.split('\n')[0]}`)
      }
    }
    if (wanted === 'tensorflow') {
      throw new TrainerError(
        'PVAE_ENGINE_UNAVAILABLE',
        'expected @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node to be installed for the backend tensorflow but ' +
          `found neither that loads (${reasons.join('; ')}); npm install --no-save --ignore-scripts=false ` +
          '@tensorflow/tfjs-node-gpu@4.22.0'
      )
    }
  }
  await tf.setBackend('cpu')
  return 'TensorFlow.js cpu'
}

function loadPackage (name: string): unknown {
  restoreRemovedUtilities(util)
  return createRequire(import.meta.url)(name)
}

/** tfjs-node calls functions of node:util that Node.js 23 removed. */
export function restoreRemovedUtilities (target: object): void {
  const removed = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  }
  for (const [name, replacement] of Object.entries(removed)) {
    if (!(name in target)) Object.defineProperty(target, name, { value: replacement, configurable: true })
  }
}
