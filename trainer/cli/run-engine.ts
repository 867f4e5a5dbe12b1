import { join } from 'node:path'
import { layOutPartitions } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import type { DataSplits, ImageDataset } from '../data/dataset.js'
import { createEngine } from '../engine/create.js'
import { packageVersions } from '../export/versions.js'
import { createBatchSource } from '../fit/batch-source.js'
import { createLabelledSource, type LabelledSource } from '../fit/labelled-source.js'
import { fit, type BatchSource, type FitOptions, type FitResult } from '../fit/loop.js'
import { createProgress } from '../fit/progress.js'
import { openBoard } from '../tensorboard/board.js'
import type { CliContext } from './context.js'
import { evaluateEpoch } from './epoch-evaluation.js'
import { displayPath } from './places.js'
import type { TrainFlags } from './train.js'

export interface Work extends Pick<FitOptions, 'config' | 'run' | 'checkpoint' | 'giveUp'> {
  readonly flags: TrainFlags
  readonly data: DataSplits
  readonly command: string
}

interface Sources {
  readonly batches: BatchSource
  readonly labelled: LabelledSource | undefined
}

/** What a run reads at each step. @throws TrainerError where the data set can't give what the config asks for */
export async function sourcesOf ({ model, objective: { pairs, labels }, fit: { batchSize }, seed }: RunConfig, train: ImageDataset): Promise<Sources> {
  return {
    batches: createBatchSource(train, { batchSize, seed, pairs }),
    labelled: labels === undefined ? undefined : await createLabelledSource(train, { labels, partitions: model.partitions, seed }),
  }
}

/** One run, from its checkpoint or from the start, to its end or until it is interrupted or given up. */
export async function runEngine ({ flags, config, data: { train, test }, run, checkpoint, giveUp, command }: Work, { stderr, signal, directory }: CliContext): Promise<FitResult> {
  const { model, objective, seed, fit: { adam, batchSize, gradientClip } } = config
  const threads = flags.threads === undefined ? {} : { threads: flags.threads }
  const { batches, labelled } = await sourcesOf(config, train)
  const partitions = layOutPartitions(model.partitions)
  const labelHeads = labelled?.targets.map(({ partition, columns }) => ({ partition: partitions.find(({ name }) => name === partition)!, factors: columns.length }))
  const engine = await createEngine({ model, objective, adam, image: train.shape, batchSize, seed, labelHeads, gradientClip, kind: flags.engine, ...threads })
  const progress = createProgress({ stream: stderr, config })
  const board = flags.tensorboard
    ? await openBoard({ directory: join(run.path, 'tensorboard'), partitions, step: checkpoint?.state.step ?? 0 })
    : undefined
  try {
    if (checkpoint === undefined) await run.writeOrigin({ command, engine: engine.description, packages: packageVersions() })
    stderr.write(`engine: ${engine.description}\nrun: ${displayPath(directory, run.path)}\n`)
    return await fit({
      config,
      image: train.shape,
      engine,
      batches,
      labelled,
      dataFingerprint: train.fingerprint,
      run,
      checkpoint,
      evaluate: (state, { beta }) => evaluateEpoch({ config, test, state, beta, board, ...threads }),
      evaluateEvery: flags.evaluateEvery,
      giveUp,
      signal,
      async onStep (report) {
        progress.step(report)
        await board?.step(report)
      },
      async onEpoch (record) {
        progress.epoch(record)
        await board?.epoch(record)
      },
    })
  } finally {
    progress.end()
    await board?.close()
    await engine.dispose()
  }
}
