/** `npm run bench:folder`: training on a large folder of images, and on drawn scenes as many. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyOverrides, type Override } from '../../trainer/config/overrides.js'
import { findPreset } from '../../trainer/config/presets.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import type { RunConfig } from '../../trainer/config/schema.js'
import { runProgram } from './folder/program.js'
import { generateImages } from './folder/generate.js'
import type { Built } from './folder/build.js'
import type { Measured } from './folder/steps.js'
import { choose, readOptions } from './options.js'

const options = readOptions({
  name: 'bench:folder',
  about: `Training on a large folder of images in processes of their own: decoding, killed once on the way; step time
and memory beside images in memory; shuffling. Then on as many drawn scenes.`,
  options: {
    images: {
      help: 'how many are made, 64 × 64, JPEG and PNG, in a temporary folder; 200,000 take 4 GB',
      default: 200_000,
      smoke: 300,
    },
    'kill-at': { help: 'share of the files after which decoding is killed', default: 0.4, smoke: 0 },
    of: { help: 'data', default: ['folder', 'digits', 'scenes'], smoke: ['digits'] },
    steps: { help: 'of each measured stretch', default: 60, smoke: 5 },
    rounds: { help: 'of stretches, the folder and memory in turn', default: 5, smoke: 1 },
    threads: { help: 'of the computation', default: 1 },
  },
})
const { images, steps, rounds, threads } = options

const configOf = (preset: string, ...overrides: Override[]): RunConfig =>
  parseRunConfig(applyOverrides(findPreset(preset).config, overrides))

/** Decodes the folder, killed once on the way, and says how that went. */
async function decode (config: RunConfig, name: string): Promise<void> {
  const early = images * options['kill-at']
  let killedAt: number | undefined
  await runProgram('build', config.data, (line, kill) => {
    const { done } = line as { done: number }
    if (done < early || killedAt !== undefined) return
    killedAt = done
    kill()
  })
  const built = await runProgram('build', config.data) as Built
  if (killedAt === undefined || built.first === null) {
    console.log(`${name}: decoding was over before it could be killed; peak ${built.memory.toFixed(0)} MiB`)
    return
  }
  const decoded = built.count - built.first
  console.log(`${name}: decoding killed after ${killedAt} files, continued after ${built.first}; ` +
    `${decoded} more at ${Math.round(decoded / built.seconds)} images/s, ` +
    `${(1e3 * built.cpuSeconds / decoded).toFixed(2)} ms of CPU an image, listing and opening included; ` +
    `peak ${built.memory.toFixed(0)} MiB`)
}

async function train (config: RunConfig, name: string): Promise<void> {
  const measured = await runProgram('steps', { config, steps, rounds, inMemory: 20_000, threads }) as Measured
  const { count, size, opening, memory, source, inMemory, reading, readingMemory, shuffle } = measured
  const times = ({ wall, cpu }: Measured['source']) => `${wall.toFixed(2)} ms (${cpu.toFixed(2)} of CPU)`
  console.log(`${name}: ${count} training images, ${size.toFixed(0)} MiB, opened in ${opening.toFixed(1)} s; ` +
    `training's peak ${memory.toFixed(0)} MiB`)
  console.log(`  a step on images from there ${times(source)}, from memory ${times(inMemory)}: ` +
    `${(source.wall / inMemory.wall).toFixed(3)} × the time, ${(source.cpu / inMemory.cpu).toFixed(3)} × the CPU`)
  console.log(`  of the main thread a batch takes ${reading.toFixed(2)} ms from there, ` +
    `${readingMemory.toFixed(2)} ms from memory`)
  console.log(`  shuffling ${shuffle.images} images in ${shuffle.milliseconds.toFixed(0)} ms: rank correlation ` +
    `${shuffle.withFiles.toFixed(4)} with the files, ${shuffle.withNextEpoch.toFixed(4)} with the next epoch ` +
    `(chance ±${(1 / Math.sqrt(shuffle.images)).toFixed(4)}); ` +
    `${shuffle.neighbours} neighbours stay neighbours (chance 2), ${shuffle.repeated} repeated, ` +
    (shuffle.isSeeded ? 'the same for the same seed' : 'NOT SEEDED'))
}

const root = await mkdtemp(join(tmpdir(), 'pvae-big-folder-'))
const directory = join(root, 'images')
const cacheDirectory = join(root, 'cache')

async function measureFolder (config: RunConfig, name: string): Promise<void> {
  await decode(config, name)
  await train(config, name)
}

const measures: Readonly<Record<string, () => Promise<void>>> = {
  folder: () => measureFolder(
    configOf('folder', ['data.directory', directory], ['data.cacheDirectory', cacheDirectory]),
    'preset folder, 64×64×3'),
  digits: () => measureFolder(
    configOf('mnist', ['data', { source: 'folder', directory, cacheDirectory, height: 28, width: 28, channels: 1 }]),
    'network of mnist, 28×28×1'),
  // Too many to be kept: drawn again in every epoch.
  scenes: () => train(configOf('table-tennis', ['data.count', 200_000]), 'preset table-tennis, drawn 48×64×3'),
}
try {
  const chosen = options.of.map(name => choose('of', name, measures))
  const began = performance.now()
  await generateImages(directory, images, done => console.error(`${done} images made`))
  console.log(`${images} images made in ${((performance.now() - began) / 1e3).toFixed(0)} s`)
  for (const measure of chosen) await measure()
} finally {
  await rm(root, { recursive: true, force: true })
}
