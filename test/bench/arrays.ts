/** `npm run bench:arrays`: reading dSprites' .npz and 3D Shapes' HDF5, made anew as large as they are published. */
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFile, type Layout } from './arrays/make.js'
import type { Built } from './folder/build.js'
import { runProgram } from './folder/program.js'
import { choose, readOptions } from './options.js'
import { findPeer } from './python.js'

const options = readOptions({
  name: 'bench:arrays',
  about: `Reading image arrays in a process of its own: a deflated .npz in dSprites' layout and an HDF5 file in that of
3D Shapes, drawn by their definitions and written by NumPy and h5py; reading, killed once on the way; opening again.`,
  options: {
    dsprites: { help: 'images of the .npz, at most 737,280', default: 737_280, smoke: 600 },
    shapes3d: { help: 'images of the HDF5 file, at most 480,000', default: 480_000, smoke: 600 },
    of: { help: 'files', default: ['dsprites', 'shapes3d'] },
    'kill-at': { help: 'share of the images after which reading is killed; 0: not', default: 0.5, smoke: 0 },
    folder: { help: 'where files and caches lie, 10 GB; default: a temporary folder', default: undefined },
  },
})

const python = findPeer('the writer', ['numpy', 'h5py'], options)
const root = await mkdtemp(join(options.folder ?? tmpdir(), 'pvae-arrays-'))

/**
 * Writes a file and reads it as a training would, killed once, then once more from its cache. A smoke run without the
 * writer reads the tests' small file.
 */
async function measure (layout: Layout, asked: number): Promise<void> {
  const name = layout === 'dsprites' ? 'dsprites.npz' : 'shapes3d.h5'
  const file = join(root, name)
  if (python === undefined) await copyFile(new URL(`../fixtures/arrays/${name}`, import.meta.url), file)
  else await makeFile(python, layout, asked, file)
  const cacheDirectory = join(root, 'cache')
  const config = { source: 'arrays', file, fit: 'fill', testFraction: 0.1, splitSeed: 0, cacheDirectory }
  let killedAt: number | undefined
  if (options['kill-at'] > 0) {
    await runProgram('arrays', config, (line, kill) => {
      const { done } = line as { done: number }
      if (done < asked * options['kill-at'] || killedAt !== undefined) return
      killedAt = done
      kill()
    })
  }
  const built = await runProgram('arrays', config) as Built
  const again = await runProgram('arrays', config) as Built
  const { count } = built
  if (python !== undefined && count !== asked) {
    throw new Error(`expected ${asked} images of ${layout} but found ${count}`)
  }
  const from = killedAt === undefined ? 0 : built.first!
  console.log(`${layout}: ${count} images, a file of ${((await stat(file)).size / 2 ** 20).toFixed(1)} MiB`)
  if (killedAt !== undefined) console.log(`  reading killed after ${killedAt} images, continued after ${from}`)
  console.log(`  ${count - from} images read in ${(built.seconds / 60).toFixed(2)} minutes, ` +
    `${(1e6 * built.cpuSeconds / (count - from)).toFixed(0)} µs of CPU an image, peak ${built.memory.toFixed(0)} MiB`)
  console.log(`  opened again in ${again.seconds.toFixed(1)} s (${again.cpuSeconds.toFixed(1)} of CPU), ` +
    `peak ${again.memory.toFixed(0)} MiB`)
  await rm(cacheDirectory, { recursive: true, force: true })
}

const layouts: Readonly<Record<Layout, () => Promise<void>>> = {
  dsprites: () => measure('dsprites', options.dsprites),
  shapes3d: () => measure('shapes3d', options.shapes3d),
}
try {
  const chosen = options.of.map(name => choose('of', name, layouts))
  for (const layout of chosen) await layout()
} finally {
  await rm(root, { recursive: true, force: true })
}
