import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ImageShape } from '@partition-vae/models'
import { findPreset } from '../../config/presets.js'
import { invalid } from '../../config/resolve.js'
import type { RunConfig } from '../../config/schema.js'
import type { DataConfig } from '../../data/config.js'
import { openDataset } from '../../data/open.js'
import { blockedLayout } from '../../engine/blocked-layout.js'
import { compileTrainStep, type CompiledStep } from '../../engine/compile-step.js'
import type { TrainingState } from '../../foundation/training-state.js'
import { initialStepState } from '../../engine/train-step.js'
import { exportGraphs, type ExportedGraphs } from '../../export/graphs.js'
import { readRun, type RunLocation } from '../../fit/run-directory.js'
import { describeGraph } from '../../inspect/graph.js'
import { describeNetwork } from '../../inspect/network.js'
import { estimateMemory } from '../../inspect/memory.js'
import { graphText, networkText } from '../../inspect/text.js'
import { createNetwork } from '../../model/create-network.js'
import type { Network } from '../../model/network.js'
import { atFullResolution } from '../../model/phases.js'
import { notFound } from '../../foundation/not-found.js'
import { resolveRequest } from '../../config/resolve-request.js'
import type { CliContext } from '../context.js'
import { chooseImageSize } from '../../run/image-size.js'
import type { InspectFlags } from '../commands/inspect.js'
import { configOf, openModel } from './models.js'
import { chosenDirectories } from '../output-directories.js'
import { requestOf } from './request.js'
import { refusalOf } from '../../run/load-checkpoint.js'
import type { RunContext, RunObserver } from '../../run/observer.js'
import { runLines } from '../terminal/run-lines.js'

/** A model that is trained, or could be. */
interface InspectedModel {
  readonly config: RunConfig
  readonly network: Network
  /** Gives its graphs; of a run those of its last checkpoint, of a mere config those before the first step. */
  graphs (): Promise<ExportedGraphs>
}

/** Stands for a model before its network is built. */
interface ModelSource {
  readonly config: RunConfig
  readonly image: ImageShape
  /** Gives its graphs, of the network that is built for it. */
  graphs (network: Network): Promise<ExportedGraphs>
}

const GRAPHS = ['encoder', 'decoder', 'layers'] as const
const TRAIN_STEP = 'train-step'

export async function inspect (flags: InspectFlags, context: CliContext): Promise<void> {
  const { graph, json = false } = flags
  const print = (description: object, text: () => string) =>
    context.stdout.write(`${json ? JSON.stringify(description, null, 2) : text()}\n`)
  if (graph !== undefined) {
    if (flags.without !== undefined && graph !== TRAIN_STEP) {
      throw invalid('--without', `--graph ${TRAIN_STEP} beside it`, `--graph ${graph}`)
    }
    const { bytes, where, origins } = await readGraph(graph, flags, context)
    const description = await describeGraph(bytes, where, origins)
    print(description, () => graphText(description))
    return
  }
  const { config, network } = await openModelOrConfig(flags, context)
  const description = describeNetwork(network)
  const memory = estimateMemory(network, config, flags.batchSize ?? config.fit.batchSize)
  print({ ...description, memory }, () => networkText(description, memory))
}

interface FoundGraph {
  readonly bytes: Uint8Array
  /** Its name in errors. */
  readonly where: string
  /** The kernels that the nodes of a training step were lowered from. */
  readonly origins?: CompiledStep['origins']
}

async function readGraph (graph: string, flags: InspectFlags, context: CliContext): Promise<FoundGraph> {
  if (graph.endsWith('.onnx')) {
    try {
      return { bytes: await readFile(resolve(context.directory, graph)), where: graph }
    } catch (error) {
      throw notFound(graph, '--graph', error, 'PVAE_CONFIG_INVALID')
    }
  }
  if (graph === TRAIN_STEP) {
    const { model, origins } = await trainStep(await openModelOrConfig(flags, context), flags)
    return { bytes: model, where: graph, origins }
  }
  const name = GRAPHS.find(known => known === graph)
  if (name === undefined) {
    throw invalid(
      '--graph',
      `${GRAPHS.join(', ')}, ${TRAIN_STEP} or the path of an .onnx file`,
      JSON.stringify(graph)
    )
  }
  const { [name]: bytes } = await (await openModelOrConfig(flags, context)).graphs()
  if (bytes === undefined) {
    throw invalid('--graph', 'a model that draws its partitions apart, for layers,', 'one that does not')
  }
  return { bytes, where: graph }
}

/** As it is run on this machine. */
async function trainStep (
  { config: { objective, fit }, network }: InspectedModel,
  { batchSize = fit.batchSize, without }: InspectFlags
): Promise<CompiledStep> {
  if (objective.labels !== undefined) {
    throw invalid(
      '--graph',
      `an objective without labels, whose heads depend on the data, for ${TRAIN_STEP}`,
      'one with labels'
    )
  }
  const options = { network, objective, adam: fit.adam, gradientClip: fit.gradientClip, batchSize }
  const layout = await blockedLayout()
  const blockSize = 'blockSize' in layout ? layout.blockSize : undefined
  return compileTrainStep(options, initialStepState(options, 0), { blockSize, without, upTo: 'gradients' })
}

async function openModelOrConfig (flags: InspectFlags, context: CliContext): Promise<InspectedModel> {
  const { config, image, graphs } = await findSource(flags, context)
  const network = createNetwork(config.model, image)
  return { config, network, graphs: () => graphs(network) }
}

async function findSource (flags: InspectFlags, context: CliContext): Promise<ModelSource> {
  const { run, model, preset, config: file } = flags
  const given = [run, model, preset ?? file].filter(value => value !== undefined).length
  if (given !== 1) {
    throw invalid(
      'the model to inspect',
      'one of --preset NAME, --config FILE, --run NAME, --model NAME',
      given === 0 ? 'none' : 'several'
    )
  }
  const { runs, repository } = chosenDirectories(context.directory, flags)
  const observer = runLines(context)
  if (model !== undefined) return await publishedModel(repository, model)
  if (run !== undefined) return await modelOfRun({ runs, name: run }, observer)
  const config = await plannedConfig(flags, { observer, signal: context.signal })
  return { config, image: await shapeOf(config.data), graphs: async network => graphsOf(config, network) }
}

async function publishedModel (repository: string, reference: string): Promise<ModelSource> {
  const version = await openModel(repository, reference)
  return { config: configOf(version.card), image: version.card.image, graphs: async () => version }
}

async function modelOfRun (location: RunLocation, observer: RunObserver): Promise<ModelSource> {
  const { config, checkpoints } = await readRun(location)
  return {
    config,
    image: await shapeOf(config.data),
    async graphs (network) {
      const latest = await checkpoints.loadLatest(refusalOf(observer))
      return graphsOf(config, network, latest?.checkpoint.state)
    },
  }
}

async function plannedConfig (
  { batchSize: _, ...flags }: InspectFlags,
  context: RunContext
): Promise<RunConfig> {
  const request = await requestOf(flags)
  // The images themselves are not looked at: a preset need not be told where they are.
  const isWithoutData =
    flags.preset !== undefined && findPreset(flags.preset).needsData && request.images === undefined
  return resolveRequest(isWithoutData
    ? { ...request, images: { directory: '.' } }
    : await chooseImageSize(request, context))
}

function graphsOf ({ objective, seed }: RunConfig, network: Network, state?: TrainingState): ExportedGraphs {
  const { labels: _, ...unlabelled } = objective
  const { weights, statistics } = state === undefined
    ? initialStepState({ network, objective: unlabelled }, seed)
    : atFullResolution(network, state)
  return exportGraphs({ network, weights, statistics })
}

/** From the config where it says so: a folder of images need not be decoded for it. */
async function shapeOf (data: DataConfig): Promise<ImageShape> {
  if (data.source === 'folder' || data.source === 'video' || data.source === 'sports10' ||
    data.source === 'webdataset') {
    return { height: data.height, width: data.width, channels: data.channels }
  }
  if (data.source === 'table-tennis') return { height: data.height, width: data.width, channels: 3 }
  const { train, test } = await openDataset(data)
  await Promise.all([train.close(), test.close()])
  return train.shape
}
