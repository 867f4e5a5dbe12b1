import { join } from 'node:path'
import { parseRunConfig } from '../../config/resolve.js'
import { checkResumable } from '../../fit/resumption.js'
import { readRun } from '../../fit/run-directory.js'
import { createNetwork } from '../../model/create-network.js'
import { assessAndPublish } from '../../run/assess-and-publish.js'
import { loadCheckpoint } from '../../run/load-checkpoint.js'
import { withData } from '../../run/open-data.js'
import { checkWritable } from '../../run/output-checks.js'
import type { ExportFlags } from '../commands/export.js'
import type { CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'
import { withAdvice } from '../terminal/interruption.js'
import { runLines } from '../terminal/run-lines.js'
import { flagsText } from '../terminal/shell-commands.js'

export async function exportRun (flags: ExportFlags, context: CliContext): Promise<void> {
  const { runs, repository } = chosenDirectories(context.directory, flags)
  const observer = runLines(context)
  const run = await readRun({ runs, name: flags.run })
  const { name = run.config.name, description = run.config.description } = flags
  const config = parseRunConfig({ ...run.config, name, description })
  await checkWritable(join(repository, config.name))
  const { state, trainedSeconds, ...checkpoint } = await loadCheckpoint(run, observer)
  const again = 'npm run pvae -- export' +
    flagsText(flags, ['run', 'name', 'description', 'sample', 'runs', 'repository', 'threads'])
  const runContext = { observer, signal: context.signal }
  const publish = () => withData(config.data, runContext, async data => {
    checkResumable(checkpoint, config, data.train.fingerprint)
    const network = createNetwork(config.model, data.train.shape)
    await assessAndPublish(
      {
        config,
        network,
        run,
        state,
        trainedSeconds,
        data,
        publishTo: repository,
        sampleImages: flags.sample,
        threads: flags.threads,
      },
      runContext
    )
  })
  await withAdvice(context, publish, { resume: () => again, finish: () => again })
}
