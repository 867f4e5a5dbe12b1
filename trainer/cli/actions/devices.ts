import { DEVICES, examineDevice } from '../../engine/devices.js'
import { selectBackend } from '../../engine/eager-backend.js'
import type { CliContext } from '../context.js'

/** Lists what can train here, and why the rest can not. */
export async function listDevices ({ stdout }: CliContext): Promise<void> {
  for (const device of DEVICES) {
    const report = await examineDevice(device)
    stdout.write(`${device.padEnd(6)}  ${report.usable ? 'works' : `not here: ${report.reason}`}\n`)
  }
  stdout.write(`eager   works, on ${await selectBackend('auto')}\n`)
}
