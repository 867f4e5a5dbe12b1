import { latentSizeOf, layOutPartitions, type Card, type ImageShape, type Partition } from '@partition-vae/models'
import { invalid } from '../../config/invalid.js'
import { formUnitsOf } from '../../config/form-units.js'
import { NO_KINDS, partitionKinds } from '../../config/partition-kinds.js'
import { onImages } from '../../config/resolve-request.js'
import type { RunConfig } from '../../config/schema.js'
import { createInference } from '../../engine/inference.js'
import type { InferenceGraphs } from '../../engine/engine.js'
import { TrainerError } from '../../foundation/errors.js'
import { isHandwriting, measureKnownTruth } from '../../measure/known-truth.js'
import { beginFactors } from '../../measure/known-truth/factors.js'
import { evaluateModel } from '../../measure/metrics.js'
import { headlineMetrics } from '../../measure/metrics-schema.js'
import { interruptible } from '../../measure/pace.js'
import { startWork } from '../../measure/work/threads.js'
import { describeVerdict, judge } from '../../report/verdict.js'
import { joinMetrics } from '../../export/assess.js'
import { checkThings } from '../../export/check-things.js'
import { serveState } from '../../export/served-model.js'
import { readRun } from '../../fit/run-directory.js'
import { createNetwork } from '../../model/create-network.js'
import { orInterrupted, type CliContext } from '../context.js'
import type { RunObserver } from '../../run/observer.js'
import { withData } from '../../run/open-data.js'
import { describeMetrics } from '../terminal/describe-metrics.js'
import type { EvaluateFlags } from '../commands/evaluate.js'
import { configOf, openModel } from './models.js'
import { chosenDirectories, type OutputDirectories } from '../output-directories.js'
import { imagesAt } from './request.js'
import { loadCheckpoint } from '../../run/load-checkpoint.js'
import { runLines } from '../terminal/run-lines.js'

export async function evaluate (flags: EvaluateFlags, context: CliContext): Promise<void> {
  if ((flags.run === undefined) === (flags.model === undefined)) {
    throw invalid('the model to evaluate', 'either --run NAME or --model NAME', 'both or neither')
  }
  const observer = runLines(context)
  const trained = await openTrained(flags, chosenDirectories(context.directory, flags), observer)
  const config = onImages(trained.config, await imagesAt(flags.data))
  const partitions =
    flags.cut === undefined
      ? layOutPartitions(config.model.partitions)
      : cutInto(flags.cut, latentSizeOf(config.model.partitions))
  const { signal } = context
  await orInterrupted(context, 'interrupted; nothing was written', () =>
    withData(config.data, { observer, signal }, async ({ [flags.split]: dataset, train }) => {
      signal.throwIfAborted()
      const opened = await trained.open(dataset.shape)
      const work = startWork({ threads: flags.threads, signal })
      try {
        const inference = interruptible(opened, dataset.shape, latentSizeOf(partitions), signal)
        const progress = observer.onMeasuring
        const kinds = flags.cut === undefined ? partitionKinds(config.model) : NO_KINDS
        const known = {
          inference,
          test: dataset,
          train,
          partitions,
          kinds,
          forms: flags.cut === undefined ? formUnitsOf(config.model) : undefined,
          limit: flags.limit,
          seed: config.seed,
          handwriting: isHandwriting(config.data),
          thorough: flags.thorough,
          work,
          progress,
          signal,
        }
        // Threads look for factors while the graphs are used for all else.
        const begunFactors = await beginFactors(known)
        const measured = await evaluateModel({
          inference,
          dataset,
          partitions,
          likelihood: config.model.likelihood,
          posteriors: begunFactors?.posteriors,
          limit: flags.limit,
          seed: config.seed,
          progress,
        })
        const things = await checkThings({
          config,
          inference,
          partitions,
          train,
          test: dataset,
          fingerprint: trained.fingerprint,
          limit: flags.limit,
          progress,
          signal,
        })
        const truth = await measureKnownTruth({ ...known, likelihood: measured.likelihood, begunFactors })
        const metrics = joinMetrics(measured, truth, things)
        observer.onMeasuringEnd?.()
        const named = partitions.map(partition => ({
          ...partition,
          ...(trained.labels.has(partition.name) ? { label: trained.labels.get(partition.name)! } : {}),
        }))
        context.stdout.write(
          flags.json === true
            ? `${JSON.stringify(headlineMetrics(metrics), null, 2)}\n`
            : `${describeMetrics(metrics, config, flags.split)}\n${describeVerdict(judge(metrics, named, kinds))}\n`
        )
      } finally {
        observer.onMeasuringEnd?.()
        await work.close()
        await opened.dispose()
      }
    })
  )
}

/**
 * Lays out partitions c1, c2, … of given sizes.
 * @throws TrainerError PVAE_CONFIG_INVALID for sizes that are not those of the whole latent
 */
function cutInto (text: string, latentSize: number): Partition[] {
  const sizes = text.split(',').map(Number)
  if (
    !sizes.every(size => Number.isInteger(size) && size >= 1) ||
    sizes.reduce((sum, size) => sum + size, 0) !== latentSize
  ) {
    throw invalid('--cut', `sizes of partitions that add up to ${latentSize}`, JSON.stringify(text))
  }
  return layOutPartitions(sizes.map((size, i) => ({ name: `c${i + 1}`, size })))
}

/** A run's last checkpoint, or a published model. */
interface TrainedModel {
  readonly config: RunConfig
  /** Of its training images, where it is known. */
  readonly fingerprint: string | undefined
  /** Labels of partitions by name; not every partition has one. */
  readonly labels: ReadonlyMap<string, string>
  /** @throws TrainerError PVAE_DATA_MISMATCH for images of another shape than the model's */
  open (shape: ImageShape): Promise<InferenceGraphs>
}

async function openTrained (
  { run: name, model, threads }: EvaluateFlags,
  { runs, repository }: OutputDirectories,
  observer: RunObserver
): Promise<TrainedModel> {
  if (model !== undefined) {
    const { card, encoder, decoder, layers } = await openModel(repository, model)
    return {
      config: configOf(card),
      fingerprint: trainedOn(card),
      labels: new Map(card.partitions.flatMap(({ name, label }) => (label === undefined ? [] : [[name, label]]))),
      async open (shape) {
        const [expected, found] = [card.image, shape].map(
          ({ height, width, channels }) => `${height}×${width}×${channels}`
        )
        if (expected !== found) {
          throw new TrainerError(
            'PVAE_DATA_MISMATCH',
            `expected images of ${expected} for the model ${model} but found ${found}`
          )
        }
        return await createInference({
          encoder,
          decoder,
          ...(layers && { layers }),
          image: shape,
          latentSize: card.latentSize,
          ...(threads === undefined ? {} : { threads }),
        })
      },
    }
  }
  const run = await readRun({ runs, name: name! })
  const { state, dataFingerprint } = await loadCheckpoint(run, observer)
  return {
    config: run.config,
    fingerprint: dataFingerprint,
    labels: new Map(),
    open: async shape => (await serveState(createNetwork(run.config.model, shape), state, threads)).inference,
  }
}

/** Reads the fingerprint of a model's training images. Cards of other trainers may not say it. */
function trainedOn ({ training }: Card): string | undefined {
  const { data } = training as { data?: { train?: { fingerprint?: string } } }
  return data?.train?.fingerprint
}
