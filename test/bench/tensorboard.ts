/**
 * `npm run bench:tensorboard`: trains a small model, kills it in the middle, resumes it, and lets the real TensorBoard read its events, which have to
 * say what the run's log says, each step once.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { preparePython } from './python.js'

const environment = preparePython(['tensorboard'])
if ('missing' in environment) {
  console.log(`skipped: ${environment.missing}`)
} else {
  const runs = mkdtempSync(join(tmpdir(), 'partition-vae-tensorboard-'))
  const main = fileURLToPath(new URL('../../trainer/dist/cli/main.js', import.meta.url))
  const data = JSON.stringify({ source: 'table-tennis', count: 3000, testCount: 300, height: 24, width: 32 })
  const places = ['--runs', runs, '--run', 'small', '--no-export', '--threads', '1']
  try {
    const first = spawn(process.execPath, [main, 'train', '--preset', 'mnist', '--name', 'small', '--set', `data=${data}`, '--batch-size', '32', '--epochs', '3',
      '--set', 'fit.checkpointEverySteps=20', ...places], { stdio: ['ignore', 'ignore', 'pipe'] })
    // In the second epoch, some time after its last checkpoint.
    first.stderr.setEncoding('utf8')
    for await (const text of first.stderr) {
      if (!(text as string).includes('epoch 1/3 done')) continue
      setTimeout(() => first.kill('SIGKILL'), 1500)
      break
    }
    await once(first, 'exit')
    execFileSync(process.execPath, [main, 'train', '--resume', ...places], { stdio: ['ignore', 'ignore', 'inherit'] })
    execFileSync(environment.python, [fileURLToPath(new URL('judge-tensorboard.py', import.meta.url)), join(runs, 'small')], { stdio: 'inherit' })
  } finally {
    rmSync(runs, { recursive: true, force: true })
  }
}
