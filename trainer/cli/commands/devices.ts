import type { Command } from 'commander'
import type { CliContext } from '../context.js'

export function addDevicesCommand (program: Command, context: CliContext): void {
  program.command('devices')
    .description('List what can train here (train --device, train --engine eager), and why the rest can not')
    .action(async () => {
      const { listDevices } = await import('../actions/devices.js')
      await listDevices(context)
    })
}
