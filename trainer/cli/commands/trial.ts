import type { Command } from 'commander'
import type { CliContext } from '../context.js'

/** The command of processes that `pvae worker` starts. */
export const TRIAL_COMMAND = 'trial'

/** Adds the command that runs trials as `pvae worker` tells it: not for people, so that help does not show it. */
export function addTrialCommand (program: Command, context: CliContext): void {
  program.command(TRIAL_COMMAND, { hidden: true }).action(async () => {
    const { serveTrialOrders } = await import('../actions/trial.js')
    await serveTrialOrders(context)
  })
}
