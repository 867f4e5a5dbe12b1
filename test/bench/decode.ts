/**
 * `npm run bench:decode`: CPU time of one picture's decoding to a model's size, beside sharp's plain pipeline (which
 * shrinks JPEGs while it decodes, and enlarges with a shift) and Pillow's `resize`, which the rule of pixels follows.
 * Takes turns, so that what else the machine does falls on all alike, and prints medians. `--rounds` of each.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { pixelCount } from '@partition-vae/models'
import { decodeImage } from '@partition-vae/models/image'
import { createRandom } from '../helpers/linear-model.js'
import { imageOf } from '../server/images.js'
import { preparePython } from './python.js'

const { rounds } = parseArgs({ options: { rounds: { type: 'string', default: '21' } } }).values
/** Microseconds that one measurement takes at least, as near as that may be foretold. */
const TURN = 10_000

interface Case {
  readonly name: string
  readonly file: Uint8Array
  readonly width: number
  readonly height: number
}

/** Blocks of colour, waves and noise, neither black nor white anywhere. */
function scene (width: number, height: number): Uint8Array {
  const random = createRandom(width * height)
  return Uint8Array.from({ length: pixelCount({ width, height, channels: 3 }) }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3]
    const block = (Math.floor(x / 29) + Math.floor(y / 23)) % 3 === c ? 50 : 0
    return 90 + block + 30 * Math.sin(x / 17 + c) + 20 * Math.cos(y / 13 - c) + 20 * random()
  })
}

async function createCases (): Promise<Case[]> {
  const image = (width: number, height: number) => imageOf(scene(width, height), { width, height, channels: 3 })
  const jpeg = async (width: number, height: number, quality: number) => await image(width, height).jpeg({ quality }).toBuffer()
  const png = async (width: number, height: number) => await image(width, height).png().toBuffer()
  return [
    { name: 'PNG 28 × 28, as it is', file: await png(28, 28), width: 28, height: 28 },
    { name: 'PNG 64 × 48 → 28 × 28', file: await png(64, 48), width: 28, height: 28 },
    { name: 'JPEG 28 × 28, as it is', file: await jpeg(28, 28, 75), width: 28, height: 28 },
    { name: 'JPEG 100 × 75 → 64 × 64', file: await jpeg(100, 75, 75), width: 64, height: 64 },
    { name: 'JPEG 640 × 360, q75 → 160 × 96', file: await jpeg(640, 360, 75), width: 160, height: 96 },
    { name: 'JPEG 640 × 360, q90 → 160 × 96', file: await jpeg(640, 360, 90), width: 160, height: 96 },
    { name: 'JPEG 1280 × 720 → 160 × 96', file: await jpeg(1280, 720, 75), width: 160, height: 96 },
    { name: 'JPEG 4000 × 3000 → 160 × 120', file: await jpeg(4000, 3000, 75), width: 160, height: 120 },
  ]
}

const decoders: Readonly<Record<string, (file: Uint8Array, size: { width: number, height: number }) => Promise<unknown>>> = {
  ours: (file, size) => decodeImage(file, { ...size, channels: 3 }, {
    fit: 'fill', invert: false, maxPixels: 4e7, blocking: true,
  }),
  sharp: (file, { width, height }) => sharp(file).resize(width, height, { fit: 'fill' }).raw().toBuffer(),
}

async function measure (decode: () => Promise<unknown>, times: number): Promise<number> {
  const start = process.cpuUsage()
  for (let i = 0; i < times; i++) await decode()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / times
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!

const PILLOW = `
import io, json, sys, time
from PIL import Image
for path, width, height in json.loads(sys.argv[1]):
    file = open(path, 'rb').read()
    def decode():
        image = Image.open(io.BytesIO(file)).convert('RGB')
        return image.resize((width, height), Image.LANCZOS).tobytes()
    decode()
    times = []
    for _ in range(int(sys.argv[2])):
        start = time.process_time()
        for _ in range(4): decode()
        times.append((time.process_time() - start) / 4)
    print(sorted(times)[len(times) // 2] * 1e6)
`

/** Microseconds for each case; or why there are none. */
function measurePillow (cases: readonly Case[]): number[] | string {
  const environment = preparePython(['pillow'])
  if ('missing' in environment) return environment.missing
  const folder = mkdtempSync(join(tmpdir(), 'partition-vae-bench-decode-'))
  try {
    const files = cases.map(({ file, width, height }, i) => {
      const path = join(folder, `${i}`)
      writeFileSync(path, file)
      return [path, width, height]
    })
    const { status, stdout, stderr } = spawnSync(environment.python, ['-c', PILLOW, JSON.stringify(files), rounds], { encoding: 'utf8' })
    return status === 0 ? stdout.trim().split('\n').map(Number) : stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const cases = await createCases()
const pillow = measurePillow(cases)
if (typeof pillow === 'string') console.log(`without Pillow: ${pillow}`)
console.log(['CPU µs'.padEnd(32), ...Object.keys(decoders), 'Pillow'].map(cell => cell.padStart(9)).join(''))
for (const [i, { name, file, width, height }] of cases.entries()) {
  const turns = []
  for (const decode of Object.values(decoders)) {
    const run = () => decode(file, { width, height })
    await measure(run, 3)
    turns.push({ run, times: Math.max(1, Math.ceil(TURN / await measure(run, 3))), taken: [] as number[] })
  }
  for (let round = 0; round < Number(rounds); round++) {
    for (const { run, times, taken } of turns) taken.push(await measure(run, times))
  }
  const cells = [...turns.map(({ taken }) => median(taken)), ...(typeof pillow === 'string' ? [] : [pillow[i]!])]
  console.log(name.padEnd(32) + cells.map(value => value.toFixed(value < 100 ? 1 : 0).padStart(9)).join(''))
}
