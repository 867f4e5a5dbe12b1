/** Completes the config of a preset by what the images show, or decides by that which of two it is. */
import { invalid } from '../config/invalid.js'
import { analysisOf, setsEpochs, setsModel, withOverrides, type ConfigRequest } from '../config/request.js'
import { completeRequest, resolveRequest } from '../config/resolve-request.js'
import type { RunConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import { TrainerError } from '../foundation/errors.js'
import { analyseFootage, type FootageAnalysis } from '../footage/analyse.js'
import type { Corrections } from '../footage/correct.js'
import { FEWEST_FRAMES } from '../footage/frames.js'
import { proposeConfig } from '../footage/propose.js'
import { RunInterrupted } from './interrupted.js'
import type { JointReason, RunContext } from './observer.js'

export interface AnalysisOptions {
  readonly request: ConfigRequest
  /** Moving things to look for; by default as many as stand out. */
  readonly objects?: number | undefined
  /** What a person knows better about the things that are found. */
  readonly corrections?: Corrections | undefined
}

/** A config that is ready to be trained, and what was seen in the images where that decided it. */
export interface AnalysedConfig {
  readonly config: RunConfig
  readonly analysis?: FootageAnalysis
}

/** The preset of what the images of footage are modelled by, where another leaves that open. */
const FOOTAGE = 'footage'
/** Share of the image, 0 to 1: what covers more is no thing that moves before a background. */
const LARGEST_SHARE = 0.4

/**
 * Completes the config of a preset for footage; for one that leaves open whether its images are footage, decides that.
 * @param config what the request alone asks for
 * @throws TrainerError PVAE_CONFIG_INVALID, and PVAE_DATA_EMPTY for a preset for footage whose images show nothing that
 * moves; RunInterrupted
 */
export async function completeByFootage (
  train: ImageDataset,
  config: RunConfig,
  { request, ...asked }: AnalysisOptions,
  context: RunContext
): Promise<AnalysedConfig> {
  const wanted = analysisOf(request)
  if (wanted === undefined) {
    const flag = flagOf(asked)
    if (flag !== undefined) {
      throw invalid(flag, 'a preset that looks for moving things (footage, folder)', request.preset ?? 'none')
    }
    return { config }
  }
  const { observer } = context
  const layered = (planned: RunConfig, asFootage: ConfigRequest, analysis: FootageAnalysis): AnalysedConfig => {
    observer.onArchitecture?.({ architecture: 'layered', warnings: analysis.warnings })
    return { config: propose(train, planned, asFootage, analysis), analysis }
  }
  if (wanted === 'always') return layered(config, request, await analyse(train, config, asked, context))

  // Then the run keeps its name, whichever preset it comes from.
  const asFootage = withOverrides({ ...request, preset: FOOTAGE }, ['name', config.name])
  const joint = (reason: JointReason): AnalysedConfig => {
    observer.onArchitecture?.({ architecture: 'joint', reason })
    return { config }
  }
  if (setsModel(request)) return joint({ code: 'model given' })
  if (config.data.source === 'arrays' || config.data.source === 'webdataset') {
    return joint({ code: 'no footage', message: 'arrays and archives hold images in no order' })
  }
  const planned = resolveRequest(asFootage)
  const { name, count } = train
  const fewest = Math.max(FEWEST_FRAMES, planned.fit.batchSize)
  if (count < fewest) return joint({ code: 'few images', name, count, fewest })
  try {
    const analysis = await analyse(train, planned, asked, context)
    const reason = reasonAgainst(analysis)
    return reason === undefined ? layered(planned, asFootage, analysis) : joint(reason)
  } catch (error) {
    if (error instanceof TrainerError && error.code === 'PVAE_DATA_EMPTY') {
      return joint({ code: 'no footage', message: error.message })
    }
    throw error
  }
}

/** The flag that asked for an analysis, for the error where there is none. */
function flagOf ({ objects, corrections: { merge, split, ignore } = {} }: Omit<AnalysisOptions, 'request'>) {
  if (objects !== undefined) return '--objects'
  if (merge !== undefined) return '--merge'
  if (split !== undefined) return '--split'
  return ignore === undefined ? undefined : '--ignore'
}

async function analyse (
  train: ImageDataset,
  { seed, fit: { batchSize } }: RunConfig,
  asked: Omit<AnalysisOptions, 'request'>,
  { observer, signal }: RunContext
): Promise<FootageAnalysis> {
  if (train.count >= FEWEST_FRAMES && train.count < batchSize) {
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected at least ${batchSize} images, one batch, in ${train.name} but found ${train.count}`
    )
  }
  observer.onAnalysing?.()
  try {
    const analysis = await analyseFootage(train, { ...asked, seed, signal })
    observer.onAnalysis?.(analysis)
    return analysis
  } catch (error) {
    throw signal.aborted && error === signal.reason ? new RunInterrupted({ at: 'analysing' }) : error
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

/** Says why what was seen is no footage of things that move before a background; undefined where it is. */
function reasonAgainst ({ warnings: [warning], things, scene: { shape } }: FootageAnalysis): JointReason | undefined {
  if (warning !== undefined) return { code: 'no footage', message: warning }
  const shares = things.map(({ extent: [height, width] }) => height * width / (shape.height * shape.width))
  const largest = shares.indexOf(Math.max(...shares))
  const share = shares[largest]!
  if (share <= LARGEST_SHARE) return undefined
  return { code: 'large thing', partition: `p${largest + 1}`, share, largestShare: LARGEST_SHARE }
}
