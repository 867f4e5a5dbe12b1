/** `npm run bench:tensorboard`: whether a run that was killed and resumed shows in TensorBoard what its log says. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readOptions } from './options.js'
import { findPeer } from './python.js'
import { compareEvents } from './tensorboard/compare.js'

const options = readOptions({
  name: 'bench:tensorboard',
  about: `Trains a small model, kills it in the middle, resumes it, and lets our own reader of event files and the real
TensorBoard read its events, which have to say what the run's log says, each step once.`,
  options: {
    images: { help: 'of training', default: 3000, smoke: 640 },
    'test-images': { help: 'held out', default: 300, smoke: 16 },
    epochs: { help: 'of the run', default: 3 },
    delay: { help: 'milliseconds after the first epoch when the run is killed', default: 1500, smoke: 0 },
  },
})
const python = findPeer('TensorBoard', ['tensorboard'], options)
const main = fileURLToPath(new URL('../../trainer/dist/cli/main.js', import.meta.url))
const data = {
  source: 'table-tennis', count: options.images, testCount: options['test-images'], height: 24, width: 32,
}
const runs = mkdtempSync(join(tmpdir(), 'partition-vae-tensorboard-'))
const places = ['--runs', runs, '--run', 'small', '--no-export', '--threads', '1']
try {
  const run = ['train', '--preset', 'mnist', '--name', 'small', '--set', `data=${JSON.stringify(data)}`,
    '--batch-size', '32', '--epochs', String(options.epochs), '--set', 'fit.checkpointEverySteps=20', ...places]
  const first = spawn(process.execPath, [main, ...run], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(first, 'exit')
  let output = ''
  first.stderr.setEncoding('utf8').on('data', (text: string) => { output += text })
  while (first.exitCode === null && !output.includes(`epoch 1/${options.epochs} done`)) await delay(5)
  // In the second epoch, some time after its last checkpoint.
  await delay(options.delay)
  first.kill('SIGKILL')
  const [, signal] = await ended
  if (signal !== 'SIGKILL') throw new Error(`expected a run to kill but it had ended: ${output}`)
  execFileSync(process.execPath, [main, 'train', '--resume', ...places], { stdio: ['ignore', 'ignore', 'inherit'] })
  const { values, tags } = await compareEvents(join(runs, 'small'))
  console.log(`our reader: ${values} values of ${tags} tags, as the log says, each step once`)
  if (python !== undefined) {
    const judge = fileURLToPath(new URL('judge-tensorboard.py', import.meta.url))
    execFileSync(python, [judge, join(runs, 'small')], { stdio: 'inherit' })
  }
} finally {
  rmSync(runs, { recursive: true, force: true })
}
