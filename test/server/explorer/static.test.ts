/** What `pvae explore --export` writes, in a real browser: no service, no other host, the same pictures. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { openRepository } from '@partition-vae/models'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { exportExplorer } from '../../../trainer/export/explorer.js'
import {
  checkAccess, choose, furthest, pixelsIn, pixelsOf, show, skip, slide, startBrowser, startExplorer, untilChanged,
  type Visitor, type VisitOptions,
} from './browser.js'

const digit = readFileSync(new URL('../../fixtures/digit.png', import.meta.url))
const PREFIX = '/some/where/'
/** As the golden examples allow, in levels of a byte. */
const TOLERANCE = 2

/** Serves files and nothing else, below a prefix. */
async function serveFiles (folder: string): Promise<string> {
  const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
  const server = createServer(async ({ url = '/' }, answer) => {
    const { pathname } = new URL(url, 'http://localhost')
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
    const file = path.startsWith(PREFIX) && await readFile(join(folder, path.slice(PREFIX.length))).catch(() => false)
    if (typeof file === 'boolean') answer.writeHead(404).end()
    else answer.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(file)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const models = openRepository(fileURLToPath(new URL('../../../models/repository', import.meta.url)))
const folder = t.testdir()
const served: Visitor | undefined = skip === false ? await startExplorer(t) : undefined
const exported = skip === false ? await startBrowser(t, await serveFiles(folder)) : undefined
for (const name of skip === false ? ['table-tennis', 'digits'] : []) {
  await exportExplorer(await models.open(name), { out: join(folder, name) })
}

/** What pages of the export asked for beyond their own folder. */
const strayed: string[] = []

async function open (name: string, { path = '', ...options }: VisitOptions = {}): Promise<Page> {
  const within = `${exported!.origin}${PREFIX}${name}/`
  const prepare = (page: Page) => page.route(url => !url.href.startsWith(within), async (route, request) => {
    strayed.push(request.url())
    await route.abort()
  })
  return await exported!.open({ path: `${PREFIX}${name}/${path}`, prepare, ...options })
}

/** Opens the same link in the export and in the service's page, and compares their pictures. */
async function compare (t: Test, name: string, hash: string): Promise<void> {
  const [here, there] = await Promise.all([open(name, { path: hash }), served!.open({ path: `/${hash}` })])
  const [mine, its] = [await pixelsOf(here), await pixelsOf(there)]
  t.equal(mine.length, its.length)
  t.ok(furthest(mine, its) <= TOLERANCE, `${name}: ${furthest(mine, its)} of 255 apart`)
  await Promise.all([here.close(), there.close()])
}

t.test('the page draws what the service draws, whichever link is opened', { skip }, async t => {
  for (const [name, unit] of [['table-tennis', 'ball, left – right'], ['digits', 'pose, slant']] as const) {
    const page = await open(name)
    const before = await pixelsOf(page)
    await slide(page, unit, 0.8)
    t.ok(furthest(before, await untilChanged(page, before)) > 40, `${name}: a slider redraws the picture`)
    await page.waitForFunction(() => location.hash.includes('b='))
    await compare(t, name, new URL(page.url()).hash)
    await page.close()
  }
})

t.test('a thing goes where the hand takes it', { skip }, async t => {
  const page = await open('table-tennis')
  const box = (await page.locator('#picture').boundingBox())!
  const scale = box.width / 64
  const ball = () => page.evaluate(() => {
    const { x, y, width, height } = document.querySelector<SVGPathElement>('.edge')!.getBBox()
    return { x: x + width / 2, y: y + height / 2, top: y }
  })
  const from = await ball()
  const before = await pixelsOf(page)
  await page.mouse.move(box.x + from.x * scale, box.y + (from.top + 2) * scale)
  await page.mouse.down()
  await page.mouse.move(box.x + 12 * scale, box.y + (12 + from.top + 2 - from.y) * scale, { steps: 10 })
  await page.mouse.up()
  await untilChanged(page, before)
  const to = await ball()
  t.ok(Math.hypot(to.x - 12, to.y - 12) < 4, `the ball is at ${to.x}, ${to.y}`)
  t.match(await page.getByRole('status').first().textContent(), 'ball moved. Nothing else changed.')
  await page.close()
})

t.test('the other views work there too', { skip }, async t => {
  const page = await open('table-tennis')
  await show(page, 'Map')
  await page.locator('.nearest rect.edge').nth(7).waitFor({ state: 'attached' })
  await show(page, 'Traverse')
  await page.locator('.cell canvas').first().waitFor()
  await show(page, 'Report')
  await page.locator('.report img').waitFor()
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.report img')!.naturalWidth > 0)
  await show(page, 'Mix')
  await page.getByRole('slider').first().waitFor()
  t.equal(await page.getByRole('alert').count(), 0)
  await page.close()
})

t.test('an own image is encoded as the service encodes it', { skip }, async t => {
  const encodeIn = async (page: Page) => {
    const before = await pixelsOf(page)
    await page.locator('input[type=file]').setInputFiles({ name: 'digit.png', mimeType: 'image/png', buffer: digit })
    const after = await untilChanged(page, before)
    await page.getByText('Difference × 4').waitFor()
    const input = await page.locator('.comparison canvas').first().evaluate((canvas: HTMLCanvasElement) =>
      [...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data])
    return { after, input }
  }
  const there = await served!.open()
  await choose(there, 'digits')
  const here = await open('digits')
  const maps = async (page: Page) => {
    const drawn = page.locator('canvas.acts')
    await drawn.nth(2).waitFor()
    return (await Promise.all([0, 1, 2].map(i => pixelsIn(drawn.nth(i))))).flat()
  }
  t.ok(furthest(await maps(here), await maps(there)) <= TOLERANCE, 'and where each partition acts')
  const [mine, its] = [await encodeIn(here), await encodeIn(there)]
  t.equal(furthest(mine.input, its.input), 0, 'the model gets the same pixels')
  t.ok(furthest(mine.after, its.after) <= TOLERANCE, `${furthest(mine.after, its.after)} of 255 apart`)
  const words = { name: 'words.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') }
  await here.locator('input[type=file]').setInputFiles(words)
  t.match(await here.getByRole('alert').textContent(), 'Not a PNG, JPEG or WebP.')
  await Promise.all([here.close(), there.close()])
})

t.test('it opens from the disk', { skip }, async t => {
  const page = await exported!.open({ path: pathToFileURL(join(folder, 'digits', 'index.html')).href })
  const before = await pixelsOf(page)
  await slide(page, 'pose, slant', 0.9)
  t.ok(furthest(before, await untilChanged(page, before)) > 40)
  await page.close()
})

t.test('a folder that lost a file says which', { skip }, async t => {
  const page = await exported!.open({ path: `${PREFIX}digits/` })
  await page.route('**/decoder.onnx.js', route => route.abort())
  await page.reload()
  t.match(await page.getByRole('alert').textContent(), 'expected model/decoder.onnx.js beside this page')
  await page.close()
})

t.test('axe finds nothing, dark and light, wide and narrow', { skip }, async t => {
  for (const [dark, width] of [[false, 1280], [true, 390]] as const) {
    const page = await open('table-tennis', { dark, width })
    await page.locator('.verdict').waitFor()
    await checkAccess(t, page, `${dark ? 'dark' : 'light'}, ${width} pixels`)
    await page.close()
  }
})

t.test('nothing was asked of anyone else, and the browser had nothing to complain of', { skip }, async t => {
  t.strictSame(strayed, [])
  t.strictSame(exported!.complaints.filter(text => !text.includes('ERR_FAILED')), [])
})
