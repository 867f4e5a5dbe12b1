/** Small real runs to be killed: MNIST digits, and layers on drawn scenes, in stages, with growth and restarts. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { applyOverrides } from '../../../trainer/config/overrides.js'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { mnistDirectory } from '../../../trainer/data/mnist.js'

export interface Subject {
  readonly name: string
  readonly config: object
  /** Of `pvae train`, beside config and places. */
  readonly flags: readonly string[]
  /** Folders of checkpoints in the run's. */
  readonly checkpoints: readonly string[]
  /** The last checkpoint before the model grows, where it does. */
  readonly beforeGrowth?: string
}

const CHECKPOINT_EVERY = 10

/**
 * @param data where the digits are written
 * @param epochs of the digits' run
 */
export async function createSubjects (data: string, epochs: number): Promise<Subject[]> {
  await writeDigits(data, { train: 1280, t10k: 128 })
  return [
    createDigits(data, epochs),
    createLayers({
      epochs: 8,
      stepsPerEpoch: 20,
      data: { source: 'table-tennis', count: 16 * 20, testCount: 32, height: 24, width: 32 },
    }),
  ]
}

function createDigits (directory: string, epochs: number): Subject {
  return {
    name: 'digits',
    config: parseRunConfig(applyOverrides(findPreset('mnist').config, [
      ['name', 'digits'],
      ['data', { source: 'idx', directory }],
      ['fit.epochs', epochs],
      ['fit.batchSize', 64],
      ['fit.checkpointEverySteps', CHECKPOINT_EVERY],
    ])),
    flags: ['--evaluate-every', '5'],
    checkpoints: ['checkpoints'],
  }
}

export interface LayersOptions {
  readonly epochs: number
  readonly stepsPerEpoch: number
  /** Of a size that even sprites of 12 × 12 fit in, with 16 images a step. */
  readonly data: object
}

/** Two sprites, of which one begins before the model grows, half-way, and one after. */
export function createLayers ({ epochs, stepsPerEpoch, data }: LayersOptions): Subject {
  const grows = stepsPerEpoch * epochs / 2
  return {
    name: 'layers',
    config: {
      name: 'layers',
      data,
      model: {
        architecture: 'layered',
        partitions: [
          { name: 'a', size: 4, kind: 'sprite', rows: 12, columns: 12, activeFrom: Math.floor(grows / 4) },
          { name: 'ball', size: 3, kind: 'sprite', rows: 6, columns: 6, activeFrom: grows + 5 },
          { name: 'wall', size: 2, kind: 'background', rank: 8 },
          { name: 'light', size: 1, kind: 'gain' },
        ],
        encoder: { hidden: 32 },
        decoder: { hidden: 24 },
        coarse: { factor: 2, steps: grows },
      },
      objective: { contrastWeight: 6, betaWarmup: 0.4 },
      fit: {
        epochs,
        batchSize: 16,
        learningRate: 2e-3,
        gradientClip: 200,
        checkpointEverySteps: Math.min(CHECKPOINT_EVERY, grows / 2),
      },
    },
    // The second attempt is made where the first has not found everything, as here.
    flags: ['--evaluate-every', String(epochs), '--restarts', '2'],
    checkpoints: ['attempts/1/checkpoints', 'attempts/2/checkpoints'],
    beforeGrowth: `step-${String(grows).padStart(10, '0')}.safetensors`,
  }
}

const IDX_HEADER = 16
const IMAGE = 28 * 28

/** The first images of MNIST as a folder of IDX files. */
async function writeDigits (directory: string, counts: Readonly<Record<'train' | 't10k', number>>): Promise<void> {
  await mkdir(directory, { recursive: true })
  for (const [split, count] of Object.entries(counts)) {
    const name = `${split}-images-idx3-ubyte`
    const bytes = (await readFile(join(mnistDirectory(import.meta.url), name))).subarray(0, IDX_HEADER + count * IMAGE)
    bytes.writeUInt32BE(count, 4)
    await writeFile(join(directory, name), bytes)
  }
}
