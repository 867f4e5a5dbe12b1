/** `npm run bench:train`: CPU and wall time of a training step, ours against PyTorch on equal networks, alternating in one run. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findPreset } from '../../trainer/config/presets.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import { preparePython } from './python.js'

interface Times { readonly wall: number, readonly cpu: number }
interface Racer { readonly name: string, readonly parameters: number, run(steps: number): Promise<Times>, stop(): void }

async function startRacer (name: string, process: ChildProcess): Promise<Racer> {
  const lines = createInterface({ input: process.stdout! })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error(`${name} ended early`)
    return JSON.parse(value)
  }
  const { parameters } = await next()
  return {
    name,
    parameters,
    run (steps) {
      process.stdin!.write(`${steps}\n`)
      return next()
    },
    stop: () => process.stdin!.end(),
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!

const { values: { rounds, steps, threads } } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, steps: { type: 'string', default: '5' }, threads: { type: 'string', default: '1,2' } } })
const environment = preparePython(['torch==2.13.0+cpu', 'numpy'])
if ('missing' in environment) console.log(`PyTorch is skipped: ${environment.missing}`)

for (const preset of ['mnist', 'paper-mnist']) {
  const { model, fit: { batchSize } } = parseRunConfig(findPreset(preset).config)
  for (const count of threads.split(',').map(Number)) {
    const options = JSON.stringify({ model, image: [28, 28, 1], batchSize, threads: count })
    const stdio = ['pipe', 'pipe', 'inherit'] as ['pipe', 'pipe', 'inherit']
    const racers = [await startRacer('ours', spawn(process.execPath, [...process.execArgv, fileURLToPath(new URL('train-worker.ts', import.meta.url)), options], { stdio }))]
    if ('python' in environment) {
      racers.push(await startRacer('PyTorch', spawn(environment.python, [fileURLToPath(new URL('train.py', import.meta.url)), options], { stdio })))
    }
    const times = racers.map((): Times[] => [])
    for (let round = 0; round < Number(rounds); round++) {
      for (const [i, racer] of racers.entries()) times[i]!.push(await racer.run(Number(steps)))
    }
    console.log(`${preset}, batch ${batchSize}, ${count} ${count === 1 ? 'thread' : 'threads'}: medians of ${rounds} rounds of ${steps} steps`)
    racers.forEach(({ name, parameters, stop }, i) => {
      const [wall, cpu] = [median(times[i]!.map(({ wall }) => wall)), median(times[i]!.map(({ cpu }) => cpu))]
      console.log(`  ${name.padEnd(8)} ${parameters} parameters, CPU ${cpu.toFixed(1)} ms, wall ${wall.toFixed(1)} ms a step, ${Math.round(batchSize / wall * 1e3)} images/s`)
      stop()
    })
    if (racers.length === 2) {
      const ratio = (key: keyof Times) => median(times[0]!.map((ours, round) => ours[key] / times[1]![round]![key])).toFixed(2)
      console.log(`  ours / PyTorch: CPU ${ratio('cpu')}, wall ${ratio('wall')}`)
    }
  }
}
