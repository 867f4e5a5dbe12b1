import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ImageShape } from '@partition-vae/models'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { mnistDirectory } from '../../../trainer/data/mnist.js'
import type { Measured } from './ours.js'

export interface PeerTraining {
  /** With the defects of the authors' code, instead of the repaired recipe. */
  readonly published: boolean
  readonly target: number
  readonly threads: number
  /** When it is given up. */
  readonly seconds: number
  readonly image: ImageShape
}

/** Trains the paper's network in PyTorch by quality.py: the last measurement. */
export async function trainPeer (python: string, training: PeerTraining): Promise<Measured> {
  const { model, fit } = parseRunConfig(findPreset('paper-mnist').config)
  const task = JSON.stringify({ ...training, model, fit, data: mnistDirectory(import.meta.url), every: 100 })
  const child = spawn(python, [fileURLToPath(new URL('../quality.py', import.meta.url)), task], {
    stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, THP_MEM_ALLOC_ENABLE: '1' },
  })
  let last: Measured | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line) as Measured
    const { step, seconds, error } = last
    if (step % 1000 === 0) console.log(`  step ${step}, ${seconds.toFixed(1)} s: ${error.toFixed(4)}`)
  }
  if (last === undefined) throw new Error('expected measurements of the peer but received none')
  return last
}
