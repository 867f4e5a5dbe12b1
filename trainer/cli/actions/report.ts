import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Compile } from '@partition-vae/models/typebox'
import { pixelCount, type Card } from '@partition-vae/models'
import { invalid } from '../../config/invalid.js'
import { partitionKinds } from '../../config/partition-kinds.js'
import { onImages } from '../../config/resolve-request.js'
import type { ImageDataset } from '../../data/dataset.js'
import { createInference } from '../../engine/inference.js'
import { batchesOf, readImages, sampleIndices } from '../../measure/batches.js'
import { MetricsSchema, type Metrics } from '../../measure/index.js'
import { drawFigures, drawReport, writeReport } from '../../report/index.js'
import { RunningMoments } from '../../measure/moments.js'
import type { Chart } from '../../report/page.js'
import { interruptible } from '../../measure/pace.js'
import { joinMetrics } from '../../export/assess.js'
import { UNKNOWN_COMMIT } from '../../export/revision.js'
import type { Restarts } from '../../fit/attempts.js'
import { formatDuration } from '../../foundation/duration.js'
import { orInterrupted, type CliContext } from '../context.js'
import { withData } from '../../run/open-data.js'
import { configOf, openModel, requireSameImages } from './models.js'
import { chosenDirectories } from '../output-directories.js'
import { displayPath } from '../terminal/display-path.js'
import type { ReportFlags } from '../commands/report.js'
import { runLines } from '../terminal/run-lines.js'
import { imagesAt } from './request.js'

const metricsSchema = Compile(MetricsSchema)

/** Holds what a card says of its training, as far as a report shows it. Cards of other trainers may say less. */
interface Training {
  readonly engine?: string
  readonly seed?: number
  readonly epochs?: number
  readonly steps?: number
  readonly command?: string
  readonly commit?: string
  readonly restarts?: Restarts
  readonly durations?: { readonly trainingSeconds?: number }
  readonly packages?: Readonly<Record<string, string>>
  readonly data?: Readonly<
    Record<'train' | 'test', { readonly name: string; readonly count: number; readonly fingerprint: string }>
  >
}

export async function report (flags: ReportFlags, context: CliContext): Promise<void> {
  const { stdout, directory, signal } = context
  const {
    directory: folder,
    card,
    encoder,
    decoder,
    layers,
  } = await openModel(chosenDirectories(directory, flags).repository, flags.model)
  const training = card.training as Training
  const written = join(folder, 'report')
  const measured = await readMetrics(join(written, 'metrics.json'))
  const config = onImages(configOf(card), await imagesAt(flags.data))
  const out = flags.out === undefined ? written : resolve(directory, flags.out)
  const observer = runLines(context)
  await orInterrupted(context, 'interrupted; the report is as it was', () =>
    withData(config.data, { observer, signal }, async ({ test }) => {
      requireSameImages(test, card)
      const opened = await createInference({
        encoder,
        decoder,
        ...(layers && { layers }),
        image: card.image,
        latentSize: card.latentSize,
        ...(flags.threads === undefined ? {} : { threads: flags.threads }),
      })
      try {
        const kinds = partitionKinds(config.model)
        const inference = interruptible(opened, card.image, card.latentSize, signal)
        const { figures, notDrawn } = await drawFigures(
          { inference, dataset: test, card, kinds },
          { progress: observer.onMeasuring, signal }
        )
        const drawn = await drawReport({
          title: card.name,
          description: card.description,
          split: 'test',
          partitions: card.partitions,
          kinds,
          metrics: joinMetrics(
            { ...measured, imageVariance: measured.imageVariance ?? (await imageVariance(test)) },
            { notMeasured: notDrawn }
          ),
          figures,
          records: [],
          carried: await carriedCurves(join(written, 'index.html'), card),
          config: card.training['config'],
          facts: factsOf(training),
          restarts: training.restarts,
          command: training.command ?? 'unknown',
        })
        signal.throwIfAborted()
        await writeReport(out, drawn(card.version))
      } finally {
        observer.onMeasuringEnd?.()
        await opened.dispose()
      }
    })
  )
  stdout.write(`report  ${displayPath(directory, join(out, 'index.html'))}\n`)
}

async function readMetrics (path: string): Promise<Metrics> {
  const metrics: unknown = JSON.parse(
    await readFile(path, 'utf8').catch(error => {
      throw invalid(path, 'the measures of the model', (error as Error).message, { cause: error })
    })
  )
  if (!metricsSchema.Check(metrics)) {
    throw invalid(path, 'measures as this program writes them', metricsSchema.Errors(metrics)[0]?.message ?? 'others')
  }
  return metrics
}

async function imageVariance (dataset: ImageDataset): Promise<number> {
  const size = pixelCount(dataset.shape)
  const moments = new RunningMoments(size, { covariance: false })
  for (const { indices } of batchesOf(sampleIndices(dataset.count), 256)) {
    moments.add(await readImages(dataset, indices))
  }
  return moments.variance().reduce((sum, variance) => sum + variance, 0) / size
}

/**
 * The curves of training are in the report alone: they are taken over as they were drawn, before partitions had labels.
 */
async function carriedCurves (path: string, { partitions }: Card): Promise<Chart[]> {
  const page = await readFile(path, 'utf8').catch(() => '')
  const svg = /<figure><h3>Training<\/h3><figcaption>[^<]*<\/figcaption>\n(<svg [^]*?<\/svg>)\n<\/figure>/.exec(
    page
  )?.[1]
  if (svg === undefined) return []
  const labels = partitions.flatMap(({ name, label }) => label === undefined ? [] : [`${name} is ${label}`])
  return [
    {
      name: 'loss-curves',
      title: 'Training',
      caption: `By epoch; losses are averages per image.${labels.length === 0 ? '' : ` ${labels.join(', ')}.`}`,
      svg,
    },
  ]
}

function factsOf ({
  commit,
  engine,
  seed,
  epochs,
  steps,
  durations,
  data,
  packages,
}: Training): Record<string, string> {
  const images = (split: 'train' | 'test') =>
    data === undefined ? undefined : `${data[split].count} (${data[split].name})`
  const facts = {
    commit: commit ?? UNKNOWN_COMMIT,
    engine,
    seed,
    epochs,
    steps,
    'training time': durations?.trainingSeconds === undefined ? undefined : formatDuration(durations.trainingSeconds),
    'training images': images('train'),
    'test images': images('test'),
    ...packages,
  }
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  )
}
