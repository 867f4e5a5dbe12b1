/** `npm run bench:parity`: whether every engine that runs here trains every preset to the same losses. */
import { presets } from '../../trainer/config/presets.js'
import { DEVICES, examineDevice } from '../../trainer/engine/devices.js'
import { selectBackend } from '../../trainer/engine/eager-backend.js'
import { differences, lossesOf, shortened, type LossesOptions } from '../helpers/preset-losses.js'
import { choose, readOptions } from './options.js'
import { printHeader, printRow } from './table.js'

const options = readOptions({
  name: 'bench:parity',
  about: `Trains every preset on every engine that runs here, from the same seed and noise. Prints the time of a
step and the largest difference from the losses of the compiled engine's plain form; first (nudged) what rounding
alone does, by a run of the plain form whose first weights differ in their last bits: no engine can be expected to
stay closer.`,
  options: {
    presets: { help: 'names', default: presets.map(({ name }) => name), smoke: ['mnist'] },
    engines: {
      help: 'names', default: ['nudged', 'blocked', 'cuda', 'webgpu', 'tensorflow'], smoke: ['nudged', 'blocked'],
    },
    steps: { help: 'of each run', default: 200, smoke: 4 },
    batch: { help: 'images a step', default: 32, smoke: 16 },
    threads: { help: 'of the computation', default: 2 },
    small: { help: 'images of half the side', default: false, smoke: true },
    narrow: { help: 'at most 4 channels a layer', default: false },
  },
})
const { steps, threads } = options
const plain: LossesOptions = { lowering: 'plain', threads }
const engines: Readonly<Record<string, LossesOptions>> = {
  plain,
  nudged: { ...plain, nudged: true },
  blocked: { lowering: 'blocked', threads },
  cuda: { device: 'cuda', threads },
  webgpu: { device: 'webgpu', threads },
  tensorflow: { kind: 'eager', backend: 'tensorflow' },
  cpu: { kind: 'eager', backend: 'cpu' },
}

/** Why an engine does not run here; undefined where it does. */
async function whyNot (name: string): Promise<string | undefined> {
  const device = DEVICES.find(device => device === name && name !== 'cpu')
  if (device !== undefined) {
    const report = await examineDevice(device)
    return report.usable ? undefined : report.reason
  }
  if (name !== 'tensorflow') return undefined
  return await selectBackend(name).then(() => undefined, (error: Error) => error.message)
}

const chosen: Array<readonly [name: string, LossesOptions]> = []
for (const name of options.engines) {
  const engine = choose('engines', name, engines)
  const reason = await whyNot(name)
  if (reason === undefined) chosen.push([name, engine])
  else console.log(`${name} is skipped: ${reason}`)
}

printHeader(['preset', 'plain, ms a step', ...chosen.flatMap(([name]) =>
  [`${name}: ms`, 'largest difference in the first 10 steps', `in all ${steps}`])])
for (const preset of options.presets) {
  const { batch: batchSize, small, narrow } = options
  const run = await shortened(preset, { steps, batchSize, small, narrow })
  const reference = await lossesOf(run, plain)
  const cells = [preset, reference.milliseconds.toFixed(1)]
  for (const [, engine] of chosen) {
    try {
      const { losses, milliseconds } = await lossesOf(run, engine)
      const apart = differences(losses, reference.losses)
      const largest = [apart.slice(0, 10), apart].map(some => Math.max(...some).toExponential(1))
      cells.push(milliseconds.toFixed(1), ...largest)
    } catch (error) {
      cells.push('failed', (error as Error).message.split('\n')[0]!.slice(0, 200), '')
    }
  }
  printRow(cells)
}
