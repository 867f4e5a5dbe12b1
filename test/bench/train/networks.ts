/**
 * The networks that are raced: those of the presets, and three shapes that bring out one kind of layer each. Presets
 * that differ in their data alone are left out.
 */
import type { ImageShape } from '@partition-vae/models'
import type { ModelConfig, ObjectiveConfig } from '../../../trainer/config/schema.js'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { resolveRequest } from '../../../trainer/config/resolve-request.js'

export interface RacedNetwork {
  readonly model: ModelConfig
  readonly objective: ObjectiveConfig
  readonly image: ImageShape
  readonly gradientClip?: number | undefined
  /** Whether train.py can build it too: it knows the joint architecture. */
  readonly hasPeer: boolean
}

const DIGITS = { height: 28, width: 28, channels: 1 }
const FOLDER = { height: 64, width: 64, channels: 3 }
const TABLE = { height: 48, width: 64, channels: 3 }

type Fields = Readonly<Record<string, unknown>>

function ofPreset (name: string, image: ImageShape, model?: Fields): RacedNetwork {
  const { config } = findPreset(name)
  const data = { ...config.data as object, ...findPreset(name).needsData ? { directory: 'none' } : {} }
  // The bare negative ELBO: what the peer has too.
  const parsed = parseRunConfig({ ...config, data, objective: {}, ...model === undefined ? {} : { model } })
  return {
    model: parsed.model,
    objective: parsed.objective,
    image,
    gradientClip: parsed.fit.gradientClip,
    hasPeer: parsed.model.architecture === 'joint',
  }
}

const latent = { partitions: [{ name: 'all', size: 10 }], heads: { hidden: 16, residual: false } }
const down = (...channels: number[]) => ({
  blocks: channels.map(channels => ({ channels, kernel: 3, downsample: 'stride' })), hidden: [],
})

/** Two convolutions of stride 2, two transposed ones; any side that 4 divides. */
export function stridedNetwork (side: number, channels: number): RacedNetwork {
  const up = [2 * channels, channels].map(channels => ({ channels, kernel: 3, upsample: 'transposed' }))
  return ofPreset('mnist', { height: side, width: side, channels: 1 }, {
    ...latent,
    encoder: down(channels, 2 * channels),
    decoder: { hidden: [], base: 2 * channels, blocks: up, outputKernel: 3 },
    likelihood: { kind: 'bernoulli' },
  })
}

/** The network that the preset for images of any kind gives images of this size. */
export function imagesNetwork (side: number): RacedNetwork {
  const sides = [['data.height', side], ['data.width', side]] as const
  const { model } = resolveRequest({ preset: 'images', images: { directory: 'none' }, overrides: [...sides] })
  return ofPreset('images', { height: side, width: side, channels: 3 }, model)
}

/** The layers that the preset for scenes of table tennis gives scenes of this height, at full resolution soon. */
export function layersNetwork (height: number): RacedNetwork {
  const size = { height, width: height * TABLE.width / TABLE.height }
  const sides = [['data.height', size.height], ['data.width', size.width]] as const
  const { model } = resolveRequest({ preset: 'table-tennis', overrides: [...sides] })
  if (model.architecture !== 'layered') throw new Error(`expected layers but found ${model.architecture}`)
  const coarse = model.coarse && { ...model.coarse, steps: 1 }
  return ofPreset('table-tennis', { ...size, channels: 3 }, { ...model, coarse })
}

export const networks: Readonly<Record<string, () => RacedNetwork>> = {
  mnist: () => ofPreset('mnist', DIGITS),
  'paper-mnist': () => ofPreset('paper-mnist', DIGITS),
  folder: () => ofPreset('folder', FOLDER),
  joint: () => ofPreset('joint', TABLE),
  'paper-table-tennis': () => ofPreset('paper-table-tennis', TABLE),
  digits: () => ofPreset('digits', DIGITS),
  'table-tennis': () => ofPreset('table-tennis', TABLE),
  'a: 5×5, max-pool': () => ofPreset('mnist', DIGITS, {
    ...latent,
    subresolution: { factor: 2, interpolation: 'nearest' },
    encoder: { blocks: [32, 8].map(channels => ({ channels, kernel: 5, downsample: 'max-pool' })), hidden: [] },
    decoder: { hidden: [100], base: 8, blocks: [{ channels: 8, kernel: 5, upsample: 'none' }], outputKernel: 5 },
    likelihood: { kind: 'bernoulli' },
  }),
  'b: stride, transposed': () => stridedNetwork(28, 32),
  'c: stride, nearest': () => ofPreset('mnist', DIGITS, {
    ...latent,
    subresolution: { factor: 2, interpolation: 'bilinear' },
    encoder: down(32, 64),
    decoder: { hidden: [], base: 64, blocks: [{ channels: 32, kernel: 3, upsample: 'nearest' }], outputKernel: 3 },
    likelihood: { kind: 'bernoulli' },
  }),
}

/** By its name, or what stands before the colon. @throws Error for another */
export function findNetwork (name: string): [title: string, create: () => RacedNetwork] {
  const found = Object.entries(networks).find(([key]) => key === name || key.startsWith(`${name}:`))
  if (found === undefined) {
    throw new Error(`expected some of ${Object.keys(networks).join()} for --networks but received ${name}`)
  }
  return found
}
