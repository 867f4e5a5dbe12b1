import { join } from 'node:path'
import { parseRunConfig } from '../config/resolve.js'
import { checkResumable } from '../fit/resumption.js'
import { readRun } from '../fit/run-directory.js'
import { createNetwork } from '../model/create-network.js'
import type { CliContext } from './context.js'
import { withData } from './data.js'
import type { ExportFlags } from './export.js'
import { finishRun } from './finish.js'
import { chosenPlaces } from './places.js'
import { checkWritable } from './preflight.js'
import { loadTrained, warnRefused } from './runs.js'
import { quote } from './shell.js'

export async function exportRun (flags: ExportFlags, context: CliContext): Promise<void> {
  const places = chosenPlaces(context.directory, flags)
  const run = await readRun({ runs: places.runs, name: flags.run })
  const { name = run.config.name, description = run.config.description } = flags
  const config = parseRunConfig({ ...run.config, name, description })
  await checkWritable(join(places.repository, config.name))
  const checkpoint = await loadTrained(run, warnRefused(context))
  await withData(config.data, context, async data => {
    checkResumable(checkpoint, config, data.train.fingerprint)
    const { state, trainedSeconds } = checkpoint
    const again = [
      'npm run pvae -- export',
      ...(['run', 'name', 'description', 'runs', 'repository', 'threads'] as const).flatMap(flag =>
        flags[flag] === undefined ? [] : [`--${flag} ${quote(String(flags[flag]))}`]
      ),
    ].join(' ')
    await finishRun(
      {
        config,
        network: createNetwork(config.model, data.train.shape),
        run,
        state,
        trainedSeconds,
        data,
        places,
        publish: true,
        threads: flags.threads,
        again,
      },
      context
    )
  })
}
