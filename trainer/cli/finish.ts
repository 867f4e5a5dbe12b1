import { join } from 'node:path'
import type { RunConfig } from '../config/schema.js'
import { batchesPerEpoch } from '../data/batches.js'
import type { DataSplits } from '../data/dataset.js'
import type { TrainingState } from '../foundation/training-state.js'
import { describeVerdict, judge, writeReport } from '../report/index.js'
import { assessModel } from '../export/assess.js'
import { publishModel } from '../export/publish.js'
import { UNKNOWN_COMMIT } from '../export/revision.js'
import { serveState } from '../export/served-model.js'
import { packageVersions } from '../export/versions.js'
import { formatDuration } from '../fit/progress.js'
import { readRestarts } from '../fit/attempts.js'
import type { RunDirectory } from '../fit/run-directory.js'
import type { Network } from '../model/network.js'
import { epochsTaken } from '../fit/run-length.js'
import { orInterrupted, type CliContext } from './context.js'
import { describeMetrics } from './describe-metrics.js'
import { defaultPlaces, displayPath, type Places } from './places.js'
import { createStageLine, createStatusLine } from './status-line.js'

export interface FinishOptions {
  readonly config: RunConfig
  readonly network: Network
  readonly run: RunDirectory
  readonly state: TrainingState
  readonly trainedSeconds: number
  readonly data: DataSplits
  readonly places: Places
  /** Publish to the repository, or only measure and report. */
  readonly publish: boolean
  readonly threads?: number | undefined
  /** The command that measures, reports and publishes again. */
  readonly again: string
}

/**
 * What follows training: measure on the test split, write figures and report, publish a version, and say where all of
 * it is.
 */
export async function finishRun (options: FinishOptions, context: CliContext): Promise<void> {
  const { config, network, run, state, trainedSeconds, data, places, publish, threads, again } = options
  const { stdout, stderr, directory, signal } = context
  // Why a device was not used is of no interest to who gets the model.
  const { device: _, ...origin } = (await run.readOrigin()) ?? {
    command: 'unknown',
    engine: 'unknown',
    packages: packageVersions(),
  }
  const epochs = epochsTaken(state.step, batchesPerEpoch(data.train, config.fit.batchSize))
  const restarts = await readRestarts(run.path)
  const status = createStatusLine(stderr)
  const advice = `training is saved; go on with: ${again} (measuring begins anew)`
  await orInterrupted(context, advice, async () => {
    signal.throwIfAborted()
    stderr.write(`measuring step ${state.step} on ${data.test.count} test images\n`)
    const model = await serveState(network, state, threads)
    try {
      const assessment = await assessModel({
        config,
        model,
        data,
        log: await run.readLog(),
        command: origin.command,
        restarts,
        facts: {
          commit: origin.commit ?? UNKNOWN_COMMIT,
          engine: origin.engine,
          seed: String(config.seed),
          epochs: String(epochs),
          steps: String(state.step),
          'training time': formatDuration(trainedSeconds),
          'training images': `${data.train.count} (${data.train.name})`,
          'test images': `${data.test.count} (${data.test.name})`,
          ...origin.packages,
        },
        progress: createStageLine(status),
        signal,
      }).finally(() => status.clear())
      signal.throwIfAborted()
      await writeReport(run.report, assessment.report())
      stdout.write(`${describeMetrics(assessment.metrics, config)}\n`)
      stdout.write(`${describeVerdict(judge(assessment.metrics, assessment.partitions))}\n`)
      stdout.write(`run     ${displayPath(directory, run.path)}\n`)
      stdout.write(`report  ${displayPath(directory, join(run.report, 'index.html'))}\n`)
      if (!publish) return
      const version = await publishModel({
        repository: places.repository,
        config,
        model,
        data,
        assessment,
        training: {
          epochs,
          steps: state.step,
          durations: { trainingSeconds: trainedSeconds },
          ...(restarts === undefined ? {} : { restarts }),
          ...origin,
        },
      })
      await writeReport(run.report, assessment.report(version.version))
      const elsewhere =
        places.repository === defaultPlaces(directory).repository
          ? ''
          : `PVAE_REPOSITORY=${displayPath(directory, places.repository)} `
      stdout.write(`model   ${displayPath(directory, version.directory)}\n`)
      stdout.write(
        `serve   ${elsewhere}npm start, then ` +
          `http://localhost:8080/v1/models/${version.name}/versions/${version.version}\n`
      )
      stdout.write(
        '        a service that runs on this repository finds it by itself when started with PVAE_WATCH=5, or ' +
          'after: kill -HUP PID, the pid of its log lines\n'
      )
      if (version.version > 1) {
        const same = `${version.name}@${version.version}`
        stdout.write(
          `note    ${version.name} without a version now means ${same}; undo: npx pvae unpublish ${same}; another ` +
            '--name keeps models apart\n'
        )
      }
    } finally {
      await model.inference.dispose()
    }
  })
}
