/** What the images show completes the config of a preset, or decides which of two it is. */
import { invalid } from '../config/invalid.js'
import { analysisOf, setsEpochs, setsModel, withOverrides, type ConfigRequest } from '../config/request.js'
import { completeRequest, resolveRequest } from '../config/resolve-request.js'
import type { RunConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import { TrainerError } from '../foundation/errors.js'
import { analyseFootage, type FootageAnalysis } from '../footage/analyse.js'
import { FEWEST_FRAMES } from '../footage/frames.js'
import { proposeConfig } from '../footage/propose.js'
import { describeAnalysis } from '../footage/report.js'
import { Interrupted, type CliContext } from './context.js'

export interface AnalysisOptions {
  readonly request: ConfigRequest
  /** How many moving things to look for; by default as many as stand out. */
  readonly objects?: number | undefined
}

/** What is trained, and what was seen where that decided it. */
export interface Looked {
  readonly config: RunConfig
  readonly analysis?: FootageAnalysis
}

/** What the images of footage are modelled by where a preset leaves that open. */
const FOOTAGE = 'footage'
/** What covers more of the image is no thing that moves before a background. */
const LARGEST_SHARE = 0.4

/**
 * Completes the config of a preset for footage; for one that leaves open whether its images are footage, decides that,
 * and says why.
 * @param config what the request alone asks for
 * @throws TrainerError PVAE_CONFIG_INVALID, and PVAE_DATA_EMPTY for a preset for footage whose images show nothing that
 * moves; Interrupted
 */
export async function lookAtImages (
  train: ImageDataset,
  config: RunConfig,
  { request, objects }: AnalysisOptions,
  context: CliContext
): Promise<Looked> {
  const wanted = analysisOf(request)
  if (wanted === undefined) {
    if (objects !== undefined) {
      throw invalid('--objects', 'a preset that looks for moving things (footage, folder)', request.preset ?? 'none')
    }
    return { config }
  }
  const say = (line: string) => context.stderr.write(`${line}\n`)
  if (wanted === 'always') {
    const analysis = await look(train, config, objects, context)
    for (const warning of analysis.warnings) say(`warning: ${warning}`)
    return { config: propose(train, config, request, analysis), analysis }
  }
  // Then the run keeps its name, whichever preset it comes from.
  const asFootage = withOverrides({ ...request, preset: FOOTAGE }, ['name', config.name])
  const joint = (reason: string): Looked => {
    say(`a joint network, as of preset images: ${reason}`)
    return { config }
  }
  if (setsModel(request)) {
    return joint('--set changes its model; preset footage gives each moving thing a partition of its own')
  }
  const planned = resolveRequest(asFootage)
  const fewest = Math.max(FEWEST_FRAMES, planned.fit.batchSize)
  if (train.count < fewest) {
    return joint(`expected at least ${fewest} images to see what moves in ${train.name} but found ${train.count}`)
  }
  try {
    const analysis = await look(train, planned, objects, context)
    const reason = analysis.warnings[0] ?? reasonOfSize(analysis)
    return reason === undefined ? { config: propose(train, planned, asFootage, analysis), analysis } : joint(reason)
  } catch (error) {
    if (error instanceof TrainerError && error.code === 'PVAE_DATA_EMPTY') return joint(error.message)
    throw error
  }
}

async function look (
  train: ImageDataset,
  { seed, fit: { batchSize } }: RunConfig,
  objects: number | undefined,
  { stderr, signal }: CliContext
): Promise<FootageAnalysis> {
  if (train.count >= FEWEST_FRAMES && train.count < batchSize) {
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected at least ${batchSize} images, one batch, in ${train.name} but found ${train.count}`
    )
  }
  stderr.write('looking at the frames\n')
  try {
    const analysis = await analyseFootage(train, { seed, objects, signal })
    for (const line of describeAnalysis(analysis)) stderr.write(`${line}\n`)
    return analysis
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    throw new Interrupted(
      'interrupted while looking at the frames\ngo on with: the same command, which looks at them anew (the images ' +
        'are decoded)'
    )
  }
}

function propose (
  { count }: ImageDataset,
  { fit: { batchSize, epochs, steps } }: RunConfig,
  request: ConfigRequest,
  analysis: FootageAnalysis
): RunConfig {
  return completeRequest(
    request,
    proposeConfig(analysis, { count, batchSize, epochs: setsEpochs(request) ? epochs : undefined, steps })
  )
}

function reasonOfSize ({ things, scene: { shape } }: FootageAnalysis): string | undefined {
  const shares = things.map(({ extent: [height, width] }) => height * width / (shape.height * shape.width))
  const largest = shares.indexOf(Math.max(...shares))
  if (shares[largest]! <= LARGEST_SHARE) return undefined
  return `p${largest + 1} needs ${Math.round(100 * shares[largest]!)}% of the image (expected at most ` +
    `${Math.round(100 * LARGEST_SHARE)}% of what moves before a background)`
}
