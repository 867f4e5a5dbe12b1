/** What one carries off draws what one saw: each of the lines is run against the service, and judged by its pixels. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import {
  choose, furthest, pixelsIn, pixelsOf, skip, slide, startExplorer, untilChanged, type Visitor,
} from './browser.js'

const run = promisify(execFile)
const visitor: Visitor | undefined = skip === false ? await startExplorer(t) : undefined
const root = fileURLToPath(new URL('../../..', import.meta.url))

const hasProgram = (name: string) => run(name, ['--version']).then(() => true, () => false)
const [hasCurl, hasPython] = await Promise.all([hasProgram('curl'), hasProgram('python3')])

async function take (page: Page, what: string): Promise<void> {
  await page.getByRole('button', { name: 'Take it away' }).click()
  await page.getByRole('group', { name: 'Take it away' }).getByRole('button', { name: what }).click()
}

async function copied (page: Page, what: string): Promise<string> {
  await take(page, what)
  await page.getByRole('status').getByText(/copied\.$/).waitFor()
  return await page.evaluate(() => navigator.clipboard.readText())
}

async function saved (page: Page, act: () => Promise<unknown>) {
  const [download] = await Promise.all([page.waitForEvent('download'), act()])
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}

const rgba = async (png: Buffer) => [...await sharp(png).ensureAlpha().toColourspace('srgb').raw().toBuffer()]

/** Something in hand that is no test image. */
async function changed (model: string): Promise<{ page: Page, seen: number[] }> {
  const page = await visitor!.open()
  if (model !== 'table-tennis') await choose(page, model)
  const before = await pixelsOf(page)
  await slide(page, model === 'digits' ? 'pose, slant' : 'ball, left – right', 0.8)
  return { page, seen: await untilChanged(page, before) }
}

const runs = {
  'Copy as curl': {
    skip: skip || (!hasCurl && 'no curl'),
    run: async (text: string, cwd: string) => await run('sh', ['-c', text], { cwd }),
  },
  'Copy as Python': {
    skip: skip || (!hasPython && 'no python3'),
    run: async (text: string, cwd: string) => {
      await writeFile(join(cwd, 'draw.py'), text)
      await run('python3', ['draw.py'], { cwd })
    },
  },
  'Copy as TypeScript': {
    skip,
    run: async (text: string, cwd: string) => {
      await writeFile(join(cwd, 'draw.ts'), text)
      await writeFile(join(cwd, 'package.json'), '{ "type": "module" }')
      // As an application has it: the built client, from node_modules.
      await symlink(join(root, 'node_modules'), join(cwd, 'node_modules'))
      const tsx = new URL('node_modules/tsx/dist/loader.mjs', new URL('../../../', import.meta.url)).href
      await run(process.execPath, [`--import=${tsx}`, 'draw.ts'], { cwd })
    },
  },
}

for (const [what, { skip, run }] of Object.entries(runs)) {
  t.test(`${what}: it draws what is shown`, { skip }, async t => {
    for (const model of ['table-tennis', 'digits']) {
      const { page, seen } = await changed(model)
      const folder = join(t.testdir(), model)
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder)
      await run(await copied(page, what), folder)
      const off = furthest(await rgba(readFileSync(join(folder, `${model}.png`))), seen)
      t.ok(off <= 1, `${model}: ${off} of 255 off`)
      await page.close()
    }
  })
}

t.test('the latent as JSON is one that the service takes', { skip }, async t => {
  const { page, seen } = await changed('table-tennis')
  const { model, version, latent } = JSON.parse(await copied(page, 'Copy latent as JSON')) as Record<string, unknown>
  const answer = await fetch(`${visitor!.origin}/v1/models/${model}/versions/${version}/decode`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ latents: [latent] }),
  })
  t.ok(furthest(await rgba(Buffer.from(await answer.arrayBuffer())), seen) <= 1)
  await page.close()
})

t.test('pictures are saved pixel by pixel, and layers with their alpha', { skip }, async t => {
  const { page, seen } = await changed('table-tennis')
  const picture = await saved(page, () => take(page, 'Save picture as PNG'))
  t.equal(picture.name, 'table-tennis.png')
  t.ok(furthest(await rgba(picture.bytes), seen) <= 1)
  const layers = await saved(page, () => take(page, 'Save layers as PNG'))
  const { width, height, hasAlpha } = await sharp(layers.bytes).metadata()
  t.strictSame([width, height, hasAlpha], [64 * 6, 48, true])
  const pixels = await rgba(layers.bytes)
  t.equal(pixels[3], 255, 'the background covers all')
  t.equal(pixels[64 * 4 + 3], 0, 'the next one is empty in its corner')
  const shown = await pixelsIn(page.locator('.comparison canvas').nth(1))
  const reconstruction = await saved(page, () =>
    page.getByRole('button', { name: 'Save as PNG: Reconstruction' }).click())
  t.equal(reconstruction.name, 'table-tennis-reconstruction.png')
  t.ok(furthest(await rgba(reconstruction.bytes), shown) <= 1)
  await page.close()
})

t.test('the link is copied as it is in the address, and ? says all keys', { skip }, async t => {
  const { page, seen } = await changed('digits')
  const link = await copied(page, 'Copy link')
  const other = await visitor!.open({ path: link })
  t.ok(furthest(seen, await pixelsOf(other)) <= 1)
  await other.close()
  await page.keyboard.press('?')
  const help = page.getByRole('group', { name: 'Keys', exact: true })
  await help.waitFor()
  for (const key of ['X', 'T', '1 – 9', 'Arrows', 'H', 'O', 'L', 'Del', 'R', 'Ctrl Z, Ctrl Shift Z', 'C', 'S', 'Esc']) {
    t.equal(await help.getByText(key, { exact: true }).count(), 1, key)
  }
  await page.close()
})

t.test('the browser had nothing to complain of', { skip }, async t => t.strictSame(visitor!.complaints, []))
