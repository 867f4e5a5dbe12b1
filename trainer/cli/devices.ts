import type { Command } from 'commander'
import type { CliContext } from './context.js'

export function addDevicesCommand (program: Command, { stdout }: CliContext): void {
  program.command('devices')
    .description('List what can train here (train --device, train --engine eager), and why the rest can not')
    .action(async () => {
      const { DEVICES, examineDevice } = await import('../engine/devices.js')
      const { selectBackend } = await import('../engine/eager-backend.js')
      for (const device of DEVICES) {
        const report = await examineDevice(device)
        stdout.write(`${device.padEnd(6)}  ${report.usable ? 'works' : `not here: ${report.reason}`}\n`)
      }
      stdout.write(`eager   works, on ${await selectBackend('auto')}\n`)
    })
}
