/** `npm run bench:decode`: CPU time of decoding pictures to a model's size, beside sharp and Pillow. */
import sharp from 'sharp'
import { decodeImage } from '@partition-vae/models/image'
import { createCases } from './decode/cases.js'
import { measurePillow } from './decode/pillow.js'
import { readOptions } from './options.js'
import { findPeer } from './python.js'
import { median } from './table.js'

const options = readOptions({
  name: 'bench:decode',
  about: `CPU time of one picture's decoding to a model's size, beside sharp's plain pipeline (which shrinks JPEGs while
it decodes, and enlarges with a shift) and Pillow's resize, which the rule of pixels follows. They take turns, so that
what else the machine does falls on all alike; medians.`,
  options: {
    rounds: { help: 'of each', default: 21, smoke: 1 },
    pixels: { help: 'of a picture at most', default: 12_000_000, smoke: 250_000 },
    turn: { help: 'milliseconds of a measurement at least, as near as may be foretold', default: 10, smoke: 1 },
  },
})
const { rounds, pixels, turn } = options

interface Size { readonly width: number, readonly height: number }

const decoders: Readonly<Record<string, (file: Uint8Array, size: Size) => Promise<unknown>>> = {
  ours: (file, size) => decodeImage(file, { ...size, channels: 3 }, {
    fit: 'fill', invert: false, maxPixels: 4e7, blocking: true,
  }),
  sharp: (file, { width, height }) => sharp(file).resize(width, height, { fit: 'fill' }).raw().toBuffer(),
}

/** CPU microseconds of one decoding. */
async function measure (decode: () => Promise<unknown>, times: number): Promise<number> {
  const start = process.cpuUsage()
  for (let i = 0; i < times; i++) await decode()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / times
}

const cases = await createCases(pixels)
const python = findPeer('Pillow', ['pillow'], options)
const pillow = python === undefined ? undefined : measurePillow(python, cases, rounds)
const names = [...Object.keys(decoders), ...pillow === undefined ? [] : ['Pillow']]
console.log('CPU µs'.padEnd(32) + names.map(cell => cell.padStart(9)).join(''))
for (const [i, { name, file, width, height }] of cases.entries()) {
  const turns = []
  for (const decode of Object.values(decoders)) {
    const run = () => decode(file, { width, height })
    await measure(run, 3)
    turns.push({ run, times: Math.max(1, Math.ceil(1000 * turn / await measure(run, 3))), taken: [] as number[] })
  }
  for (let round = 0; round < rounds; round++) {
    for (const { run, times, taken } of turns) taken.push(await measure(run, times))
  }
  const cells = [...turns.map(({ taken }) => median(taken)), ...pillow === undefined ? [] : [pillow[i]!]]
  console.log(name.padEnd(32) + cells.map(value => value.toFixed(value < 100 ? 1 : 0).padStart(9)).join(''))
}
