/** Starts the processes that are raced. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileTests } from '../../run/compile.js'
import type { RacedNetwork } from './networks.js'
import { startRacer, type Racer } from './racer.js'

export interface RaceSize { readonly batchSize: number, readonly threads: number }

// As users run it: compiled, without a loader, which would be a fifth of the process.
const worker = compileTests(fileURLToPath(new URL('../../..', import.meta.url)))
  .find(script => script.endsWith(join('bench', 'train', 'worker.js')))!
const peer = fileURLToPath(new URL('../train.py', import.meta.url))
const stdio = ['pipe', 'pipe', 'inherit'] as ['pipe', 'pipe', 'inherit']

/** @param engine options of createEngine beside the network's */
export function startOurs (
  name: string, network: RacedNetwork, size: RaceSize, engine: object = {}, environment: NodeJS.ProcessEnv = {}
): Promise<Racer> {
  const task = JSON.stringify({ ...network, ...size, engine })
  return startRacer(name, spawn(process.execPath, [worker, task], { stdio, env: { ...process.env, ...environment } }))
}

/** @param compile whether it goes through torch.compile */
export function startTorch (python: string, network: RacedNetwork, size: RaceSize, compile = false): Promise<Racer> {
  const task = JSON.stringify({ ...network, ...size, compile })
  // Huge pages are PyTorch's to ask for.
  const env = { ...process.env, THP_MEM_ALLOC_ENABLE: '1' }
  return startRacer('PyTorch', spawn(python, [peer, task], { stdio, env }))
}
