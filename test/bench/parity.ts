/**
 * `npm run bench:parity`: whether every engine that runs here trains every preset to the same losses, from the same seed and noise over 200 steps. Prints
 * the largest difference from the compiled engine's plain form and the time of a step; first what rounding alone does, by a run of the plain form whose first
 * weights differ in their last bits: no engine can be expected to stay closer. `--presets`, `--engines`, `--steps`, `--batch`, `--small`, `--narrow`.
 */
import { parseArgs } from 'node:util'
import { presets } from '../../trainer/config/presets.js'
import { DEVICES, examineDevice } from '../../trainer/engine/devices.js'
import { selectBackend } from '../../trainer/engine/eager-backend.js'
import { differences, lossesOf, shortened, type LossesOptions } from '../helpers/preset-losses.js'

const { values } = parseArgs({
  options: {
    presets: { type: 'string', default: presets.map(({ name }) => name).join() },
    engines: { type: 'string', default: 'nudged,blocked,cuda,webgpu,tensorflow' },
    steps: { type: 'string', default: '200' },
    batch: { type: 'string', default: '32' },
    threads: { type: 'string', default: '2' },
    small: { type: 'boolean', default: false },
    narrow: { type: 'boolean', default: false },
  },
})
const threads = Number(values.threads)
const engines: Record<string, LossesOptions> = {
  plain: { lowering: 'plain', threads },
  nudged: { lowering: 'plain', threads, nudged: true },
  blocked: { lowering: 'blocked', threads },
  cuda: { device: 'cuda', threads },
  webgpu: { device: 'webgpu', threads },
  tensorflow: { kind: 'eager', backend: 'tensorflow' },
  cpu: { kind: 'eager', backend: 'cpu' },
}

async function runs (name: string): Promise<string | undefined> {
  const device = DEVICES.find(device => device === name && name !== 'cpu')
  if (device !== undefined) {
    const report = await examineDevice(device)
    return report.usable ? undefined : report.reason
  }
  return name === 'tensorflow' ? await selectBackend('tensorflow').then(() => undefined, (error: Error) => error.message) : undefined
}

const chosen: string[] = []
for (const name of values.engines.split(',')) {
  if (engines[name] === undefined) throw new Error(`expected engines among ${Object.keys(engines).join()} but received ${name}`)
  const reason = await runs(name)
  if (reason === undefined) chosen.push(name)
  else console.log(`${name} is skipped: ${reason}`)
}

console.log(`| preset | plain, ms a step | ${chosen.map(name => `${name}: ms | largest difference in the first 10 steps | in all ${values.steps}`).join(' | ')} |`)
console.log(`|${'---|'.repeat(2 + 3 * chosen.length)}`)
for (const preset of values.presets.split(',')) {
  const steps = await shortened(preset, { steps: Number(values.steps), batchSize: Number(values.batch), small: values.small, narrow: values.narrow })
  const reference = await lossesOf(steps, engines.plain!)
  const cells = [preset, reference.milliseconds.toFixed(1)]
  for (const name of chosen) {
    try {
      const { losses, milliseconds } = await lossesOf(steps, engines[name]!)
      const apart = differences(losses, reference.losses)
      cells.push(milliseconds.toFixed(1), Math.max(...apart.slice(0, 10)).toExponential(1), Math.max(...apart).toExponential(1))
    } catch (error) {
      cells.push('failed', (error as Error).message.split('\n')[0]!.slice(0, 200), '')
    }
  }
  console.log(`| ${cells.join(' | ')} |`)
}
