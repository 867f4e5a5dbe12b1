import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom } from '../../../trainer/random/index.js'
import { runCli } from '../../../trainer/cli/program.js'

/** A folder of IDX files: 16×16 images of one bright square, 96 to train and 32 to test. */
export async function writeSquares (directory: string, seed = 1): Promise<string> {
  await mkdir(directory, { recursive: true })
  for (const [split, count] of [['train', 96], ['t10k', 32]] as const) {
    const random = createRandom(seed, split)
    const file = Buffer.alloc(16 + count * 256)
    for (const [i, value] of [0x803, count, 16, 16].entries()) file.writeUInt32BE(value, 4 * i)
    for (let n = 0; n < count; n++) {
      const [top, left, brightness] = [random.integer(10), random.integer(10), 100 + random.integer(156)]
      for (let y = 0; y < 6; y++) {
        file.fill(brightness, 16 + n * 256 + (top + y) * 16 + left, 16 + n * 256 + (top + y) * 16 + left + 6)
      }
    }
    await writeFile(join(directory, `${split}-images-idx3-ubyte`), file)
  }
  return directory
}

/** A config that trains in a moment. */
export const squaresConfig = (directory: string) => ({
  name: 'squares',
  seed: 3,
  data: { source: 'idx', directory },
  model: {
    partitions: [{ name: 'p1', size: 2 }, { name: 'p2', size: 2 }],
    subresolution: { factor: 2, interpolation: 'bilinear' },
    encoder: { blocks: [{ channels: 4, kernel: 3, downsample: 'stride' }], hidden: [16] },
    decoder: { hidden: [16], base: 4, blocks: [{ channels: 4, kernel: 4, upsample: 'transposed' }] },
    likelihood: { kind: 'gaussian', variance: 'calibrated' },
  },
  objective: { inputNoise: 0.01 },
  fit: { epochs: 3, batchSize: 16, learningRate: 0.01, learningRateWarmupSteps: 3, checkpointEverySteps: 4 },
})

/** Makes a folder with data and config, and the flags that keep a run inside it. */
export async function workplace (root: string) {
  const data = await writeSquares(join(root, 'data'))
  const config = join(root, 'config.json')
  await writeFile(config, JSON.stringify(squaresConfig(data)))
  const places = ['--runs', join(root, 'runs'), '--repository', join(root, 'repository'), '--threads', '1']
  return { root, data, config, places, run: join(root, 'runs', 'squares') }
}

export interface CliResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in this process. */
export async function cli (
  argv: readonly string[],
  {
    directory = '/nowhere',
    signal = new AbortController().signal,
    onStderr = (_: string) => {},
    onStdout = (_: string) => {},
  } = {}
): Promise<CliResult> {
  let stdout = ''
  let stderr = ''
  const code = await runCli(argv, {
    stdout: {
      write: text => {
        stdout += text
        onStdout(text)
      },
    },
    stderr: {
      write: text => {
        stderr += text
        onStderr(text)
      },
    },
    signal,
    directory,
  })
  return { code, stdout, stderr }
}
