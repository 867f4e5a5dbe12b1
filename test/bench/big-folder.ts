/** `npm run bench:folder`: training on a large folder of images: decoding, resuming, step time, memory, shuffling; and on drawn scenes as many. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { applyOverrides, type Override } from '../../trainer/config/overrides.js'
import { findPreset } from '../../trainer/config/presets.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import type { RunConfig } from '../../trainer/config/schema.js'
import { generateImages } from './folder/generate.js'
import type { ShuffleQuality } from './folder/shuffle.js'

const HELP = `npm run bench:folder -- [options]
  --images N    how many are made, 64 × 64, JPEG and PNG, in a temporary folder (default 200000; 4 GB)
  --steps N     of each measured stretch (default 60)
  --rounds N    of stretches, the folder and memory in turn (default 5)
  --threads N   of the computation (default 1)`

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '200000' },
    steps: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

interface Built {
  /** Files done when this process began to report. */
  readonly first: number | null
  readonly count: number
  readonly seconds: number
  readonly cpuSeconds: number
  /** Peak, MiB. */
  readonly memory: number
}

interface Times { readonly wall: number, readonly cpu: number }

interface Measured {
  readonly count: number
  readonly opening: number
  readonly memory: number
  /** MiB of all images. */
  readonly size: number
  readonly source: Times
  readonly inMemory: Times
  readonly reading: number
  readonly readingMemory: number
  readonly shuffle: ShuffleQuality
}

/** Runs a program of this benchmark; hands on each line of JSON, and gives the last. */
async function work (program: string, input: object, onLine: (line: unknown, kill: () => void) => void = () => {}): Promise<unknown> {
  const file = fileURLToPath(new URL(`folder/${program}.ts`, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=partition-vae-source', '--import=tsx', file, JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let last: unknown
  createInterface({ input: child.stdout }).on('line', line => {
    last = JSON.parse(line)
    onLine(last, () => child.kill('SIGKILL'))
  })
  const [code, signal] = await once(child, 'close')
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`${program} ended with ${code ?? signal}`)
  return last
}

const configOf = (preset: string, ...overrides: Override[]): RunConfig => parseRunConfig(applyOverrides(findPreset(preset).config, overrides))

/** Decodes the folder, killed once on the way, and says how that went. */
async function decode (config: RunConfig, images: number, name: string): Promise<void> {
  const half = images * 0.4
  let killedAt: number | undefined
  await work('build', config.data, (line, kill) => {
    const { done } = line as { done: number }
    if (done < half || killedAt !== undefined) return
    killedAt = done
    kill()
  })
  const built = await work('build', config.data) as Built
  const decoded = built.count - (built.first ?? 0)
  console.log(`${name}: decoding killed after ${killedAt} files, continued after ${built.first}; ${decoded} more at ${Math.round(decoded / built.seconds)} images/s, ` +
    `${(1e3 * built.cpuSeconds / decoded).toFixed(2)} ms of CPU an image, listing and opening included; peak ${built.memory.toFixed(0)} MiB`)
}

async function train (config: RunConfig, name: string): Promise<void> {
  const measured = await work('steps', {
    config, steps: Number(options.steps), rounds: Number(options.rounds), inMemory: 20_000, threads: Number(options.threads),
  }) as Measured
  const { source, inMemory, shuffle } = measured
  const times = ({ wall, cpu }: Times) => `${wall.toFixed(2)} ms (${cpu.toFixed(2)} of CPU)`
  console.log(`${name}: ${measured.count} training images, ${measured.size.toFixed(0)} MiB, opened in ${measured.opening.toFixed(1)} s; training's peak ${measured.memory.toFixed(0)} MiB`)
  console.log(`  a step on images from there ${times(source)}, from memory ${times(inMemory)}: ${(source.wall / inMemory.wall).toFixed(3)} × the time, ${(source.cpu / inMemory.cpu).toFixed(3)} × the CPU`)
  console.log(`  of the main thread a batch takes ${measured.reading.toFixed(2)} ms from there, ${measured.readingMemory.toFixed(2)} ms from memory`)
  console.log(`  shuffling ${shuffle.images} images in ${shuffle.milliseconds.toFixed(0)} ms: rank correlation ${shuffle.withFiles.toFixed(4)} with the files, ${shuffle.withNextEpoch.toFixed(4)} with the next epoch ` +
    `(chance ±${(1 / Math.sqrt(shuffle.images)).toFixed(4)}); ${shuffle.neighbours} neighbours stay neighbours (chance 2), ${shuffle.repeated} repeated, ${shuffle.isSeeded ? 'the same for the same seed' : 'NOT SEEDED'}`)
}

async function main (): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'pvae-big-folder-'))
  const images = Number(options.images)
  try {
    const directory = join(root, 'images')
    const began = performance.now()
    await generateImages(directory, images, done => console.error(`${done} images made`))
    console.log(`${images} images made in ${((performance.now() - began) / 1e3).toFixed(0)} s`)
    const cacheDirectory = join(root, 'cache')
    const folder = configOf('folder', ['data.directory', directory], ['data.cacheDirectory', cacheDirectory])
    const digits = configOf('mnist', ['data', { source: 'folder', directory, cacheDirectory, height: 28, width: 28, channels: 1 }])
    for (const [name, config] of [['preset folder, 64×64×3', folder], ['network of mnist, 28×28×1', digits]] as const) {
      await decode(config, images, name)
      await train(config, name)
    }
    // Too many to be kept: drawn again in every epoch.
    await train(configOf('table-tennis', ['data.count', 200_000]), 'preset table-tennis, drawn 48×64×3')
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

if (options.help) console.log(HELP)
else await main()
