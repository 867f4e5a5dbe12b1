/** `npm run bench:explorer`: how soon the explorer's pictures follow, served and exported; frames of the map; sizes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { openRepository, packSample } from '@partition-vae/models'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { exportExplorer } from '../../trainer/export/explorer.js'
import { choose, show, skip, startExplorer, type Visitor } from '../server/explorer/browser.js'
import { readOptions } from './options.js'

const { moves, points, seconds } = readOptions({
  name: 'bench:explorer',
  about: `Milliseconds from a slider's move to the pixels on the canvas, with the service and with a page that was
exported; frames a second while a sprite is dragged, and of a map of many points while it is moved and zoomed; sizes of
what a page loads. In headless Chromium, which draws without a GPU.`,
  options: {
    moves: { help: 'of a slider', default: 200, smoke: 3 },
    points: { help: 'of the map', default: 100_000, smoke: 2000 },
    seconds: { help: 'of dragging a sprite, of moving the map, and of zooming it', default: 5, smoke: 1 },
  },
})

if (skip !== false) throw new Error(skip)
const ends: Array<() => unknown> = []
const scope = { teardown: (end: () => unknown) => { ends.push(end) } }
const folder = mkdtempSync(join(tmpdir(), 'pvae-bench-explorer-'))
const root = fileURLToPath(new URL('../../', import.meta.url))
const models = openRepository(join(root, 'models', 'repository'))

/** Milliseconds from each move of the first open slider until the big picture is drawn anew. */
const followSlider = (page: Page): Promise<number[]> => page.evaluate(async moves => {
  const times: number[] = []
  const input = document.querySelector<HTMLInputElement>('.unit input')!
  const heard: { drawn?: () => void } = {}
  const { prototype } = CanvasRenderingContext2D
  const put = prototype.putImageData as (this: unknown, data: ImageData, dx: number, dy: number) => void
  prototype.putImageData = function (data: ImageData, dx: number, dy: number) {
    put.call(this, data, dx, dy)
    if (this.canvas.classList.contains('big')) heard.drawn?.()
  }
  for (let i = 0; i < moves; i++) {
    await new Promise(resolve => requestAnimationFrame(resolve))
    const start = performance.now()
    const after = new Promise<void>(resolve => { heard.drawn = resolve })
    const share = 0.3 + 0.4 * ((i * 0.618) % 1)
    input.value = String(Number(input.min) + share * (Number(input.max) - Number(input.min)))
    input.dispatchEvent(new Event('input', { bubbles: true }))
    await after
    times.push(performance.now() - start)
  }
  prototype.putImageData = put
  return times
}, moves)

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(Math.floor(share * values.length), values.length - 1)]!
const write = (value: number) => value.toFixed(1).padStart(7)

async function measureSliders (visitor: Visitor): Promise<void> {
  console.log('slider to pixels, ms      served p50     p95   exported p50     p95')
  for (const { name } of await models.list()) {
    await exportExplorer(await models.open(name), { out: join(folder, name) })
    const served = await visitor.open()
    if (name !== 'table-tennis') await choose(served, name)
    const there = await followSlider(served)
    await served.close()
    const exported = await visitor.open({ path: pathToFileURL(join(folder, name, 'index.html')).href })
    const here = await followSlider(exported)
    await exported.close()
    const cells = [quantile(there, 0.5), quantile(there, 0.95), quantile(here, 0.5), quantile(here, 0.95)].map(write)
    console.log(`  ${name.padEnd(24)}${cells[0]} ${cells[1]}        ${cells[2]} ${cells[3]}`)
  }
}

/** Takes the ball round and round, at each frame a bit farther: frames, and pictures of it, in milliseconds apart. */
async function measureDrag (visitor: Visitor): Promise<void> {
  const page = await visitor.open()
  const ball = await page.evaluate(() => {
    const { x, y, width, height } = document.querySelector('.edge')!.getBoundingClientRect()
    return { x: x + width / 2, y: y + height / 2 }
  })
  await page.mouse.move(ball.x, ball.y - 20)
  const grip = await page.evaluate(({ x, y }) => {
    const stage = document.querySelector('#picture')!
    const at = [-30, -20, -10, 0, 10].find(dy => {
      stage.dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: y + dy, pointerId: 1, bubbles: true }))
      return document.querySelector('.card.is-lit .name')?.textContent?.includes('ball')
    })
    return { x, y: y + (at ?? 0) }
  }, ball)
  await page.mouse.move(grip.x, grip.y)
  await page.mouse.down()
  const { frames, pictures } = await page.evaluate(async ([x, y, seconds]) => {
    const stage = document.querySelector('#picture')!
    const times = { frames: [] as number[], pictures: [] as number[] }
    const { prototype } = CanvasRenderingContext2D
    const put = prototype.putImageData as (this: unknown, data: ImageData, dx: number, dy: number) => void
    prototype.putImageData = function (data: ImageData, dx: number, dy: number) {
      put.call(this, data, dx, dy)
      if (this.canvas.classList.contains('big')) times.pictures.push(performance.now())
    }
    const start = performance.now()
    for (let now = start; now < start + seconds * 1000; now = performance.now()) {
      const angle = (now - start) / 1500 * 2 * Math.PI
      const at = { clientX: x - 120 + 120 * Math.cos(angle), clientY: y + 90 * Math.sin(angle) }
      stage.dispatchEvent(new PointerEvent('pointermove', { ...at, pointerId: 1, bubbles: true }))
      await new Promise(resolve => requestAnimationFrame(resolve))
      times.frames.push(performance.now())
    }
    prototype.putImageData = put
    return times
  }, [grip.x, grip.y, seconds] as const)
  await page.mouse.up()
  await page.close()
  const rate = (times: readonly number[]) => (times.length / seconds).toFixed(1)
  const gaps = pictures.slice(1).map((time, i) => time - pictures[i]!)
  console.log(`a sprite dragged for ${seconds} s: ${rate(frames)} frames/s, ${rate(pictures)} pictures/s, ` +
    `95 % of pictures within ${quantile(gaps, 0.95).toFixed(1)} ms of the one before`)
}

/** A sample of many images: those of the model, again and again, each a little elsewhere. */
async function createSample (count: number): Promise<Uint8Array> {
  const { sample } = await models.open('table-tennis')
  const view = new DataView(sample!.buffer)
  const header = JSON.parse(new TextDecoder().decode(sample!.subarray(12, 12 + view.getUint32(8, true))))
  const column = (name: string) => {
    const { offset, bytes } = header.columns.find((column: { name: string }) => column.name === name)
    return new Float32Array(sample!.buffer, offset, bytes / 4)
  }
  const repeat = (values: Float32Array, width: number, noise: number) =>
    Float32Array.from({ length: count * width }, (_, i) =>
      values[i % values.length]! + noise * Math.sin(i * 12.9898) * Math.cos(i * 0.731))
  const [columns, width, height] = [Math.ceil(Math.sqrt(count)), 8, 6]
  const size = { width: columns * width, height: Math.ceil(count / columns) * height }
  const pixels = Buffer.from({ length: size.width * size.height * 3 } as ArrayLike<number>)
  for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 2654435761) >>> 24
  const file = await sharp(pixels, { raw: { ...size, channels: 3 } }).webp({ quality: 30 }).toBuffer()
  return packSample({
    data: header.data,
    index: Uint32Array.from({ length: count }, (_, n) => n),
    mean: repeat(column('mean'), 20, 0.4),
    logVariance: column('logVariance'),
    squaredError: repeat(column('squaredError'), 1, 0),
    factors: { values: repeat(column('factor'), header.factors.length, 0), names: header.factors },
    sheet: { type: 'image/webp', columns, width, height, file },
  })
}

type Gesture = 'pan' | 'zoom'

/** Milliseconds between frames while the map is moved, or zoomed, by a hand that never rests. */
const watchFrames = (page: Page, kind: Gesture): Promise<number[]> => page.evaluate(async ([what, seconds]) => {
  const map = document.querySelector<HTMLElement>('#map')!
  const box = map.getBoundingClientRect()
  const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true }
  const frames: number[] = []
  let last = performance.now()
  const end = last + seconds * 1000
  for (let i = 0; last < end; i++) {
    if (what === 'zoom') {
      const deltaY = Math.sin(i / 20) * 60
      map.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY, cancelable: true }))
    } else {
      const key = ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'][Math.floor(i / 8) % 4]!
      map.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    }
    await new Promise(resolve => requestAnimationFrame(resolve))
    frames.push(performance.now() - last)
    last = performance.now()
  }
  return frames
}, [kind, seconds] as const)

async function measureMap (visitor: Visitor): Promise<void> {
  const body = Buffer.from(await createSample(points))
  const page = await visitor.open({
    prepare: page => page.route(/\/sample$/, route => route.fulfill({ body, contentType: 'application/octet-stream' })),
  })
  await show(page, 'Map')
  await page.locator('.near').first().waitFor()
  await page.waitForTimeout(1000)
  for (const what of ['pan', 'zoom'] as const) {
    const frames = await watchFrames(page, what)
    const rate = 1000 * frames.length / frames.reduce((sum, frame) => sum + frame, 0)
    console.log(`map of ${points} points, ${what}: ${rate.toFixed(1)} frames/s, ` +
      `95 % of frames within ${quantile(frames, 0.95).toFixed(1)} ms`)
  }
  await page.close()
}

function listSizes (): void {
  const built = join(root, 'server', 'explorer', 'dist', 'explorer')
  console.log('compressed, kB (Brotli)')
  for (const name of readdirSync(built).filter(name => name.endsWith('.br'))) {
    console.log(`  ${name.replace(/-[\w-]{8}(?=\.\w+\.br$)/, '').padEnd(24)}` +
      `${(readFileSync(join(built, name)).length / 1000).toFixed(1).padStart(8)}`)
  }
}

try {
  const visitor = await startExplorer(scope)
  await measureSliders(visitor)
  await measureDrag(visitor)
  await measureMap(visitor)
  listSizes()
} finally {
  for (const end of ends.reverse()) await end()
  rmSync(folder, { recursive: true })
}
