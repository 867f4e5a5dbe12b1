/** The search in a real browser, in an index of the model's own sample: what is nearest is what one sees. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSample } from '@partition-vae/client'
import { buildIndex } from '@partition-vae/collections/search'
import { openRepository } from '@partition-vae/models'
import type { Page } from 'playwright-core'
import t from 'tap'
import { takeSample } from '../../../server/explorer/core/sample.js'
import { temporaryFolder } from '../service.js'
import {
  checkAccessEverywhere, choose, furthest, pixelsIn, pixelsOf, show, skip, slide, startExplorer, untilChanged,
  untilDrawn, type Visitor,
} from './browser.js'

const { card, ...published } = await openRepository(
  fileURLToPath(new URL('../../../models/repository', import.meta.url))
).open('table-tennis')
const sample = takeSample(parseSample(published.sample!.slice().buffer), new Uint8Array(0))
const files = Array.from({ length: sample.count }, (_, row) => `games/day one/${row}.png`)
const titleOf = (index: number) => card.partitions[index]!.label ?? card.partitions[index]!.name
const ball = card.partitions.findIndex(({ label }) => label === 'ball')

/** Makes a real index of the sample. Returns the folder that it lies in. */
async function indexSample (): Promise<string> {
  const folder = await temporaryFolder(t)
  const metadata = files.map((file, row) => ({ file, values: { half: row % 2 === 0 ? 'even' : 'odd', number: row } }))
  const batches = (async function * () { yield { files, mean: sample.mean } })()
  await buildIndex(join(folder, 'games'), card, batches, { metadata })
  return folder
}

const visitor: Visitor | undefined = skip === false
  ? await startExplorer(t, { indexes: await indexSample() })
  : undefined

/** Rows by weighted squared distance from one of them in deviations of the data, nearest first. */
function nearestTo (row: number, weights: readonly number[]): number[] {
  const size = card.latentSize
  const variances = Array.from({ length: size }, (_, unit) => {
    const values = Array.from({ length: sample.count }, (_, row) => sample.mean[row * size + unit]!)
    const mean = values.reduce((sum, value) => sum + value, 0) / sample.count
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sample.count
  })
  const distances = files.map((_, other) => card.partitions.reduce((sum, { offset, size: units }, i) => {
    const units_ = Array.from({ length: units }, (_, unit) => offset + unit)
    return sum + weights[i]! * units_.reduce((sum, unit) =>
      sum + (sample.mean[other * size + unit]! - sample.mean[row * size + unit]!) ** 2 / variances[unit]!, 0)
  }, 0))
  return [...files.keys()].sort((a, b) => distances[a]! - distances[b]!)
}

const tiles = (page: Page) => page.getByRole('list', { name: 'Neighbours' }).getByRole('button')
const rowsOf = (page: Page): Promise<number[]> => tiles(page).evaluateAll(buttons =>
  buttons.map(button => Number(/(\d+)\.png/.exec(button.textContent!)![1])))

/** Waits until the page shows these rows, in their order. */
const untilShown = (page: Page, rows: readonly number[]) => page.waitForFunction(names => {
  const shown = [...document.querySelectorAll('.found')].map(one => one.querySelector('.found-name')!.textContent)
  return shown.length === names.length && shown.every((name, i) => name === names[i])
}, rows.map(row => `${row}.png`))

/** Waits until all tiles have their pictures. */
const untilFull = (page: Page) => page.waitForFunction(() => {
  const all = [...document.querySelectorAll<HTMLCanvasElement>('.found canvas')]
  return all.length > 0 && all.every(canvas =>
    canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data.some(value => value !== 0))
})

const inHand = (page: Page): Promise<number> => page.getByRole('heading', { name: 'In hand' }).textContent()
  .then(words => Number(/test image (\d+)/.exec(words!)![1]) - 1)

async function openSearch (options: Parameters<Visitor['open']>[0] = {}): Promise<Page> {
  const page = await visitor!.open(options)
  await page.keyboard.press('f')
  await untilFull(page)
  return page
}

const all = card.partitions.map(() => 1)

t.test('the picture in hand is its own nearest, and others follow as they are alike', { skip }, async t => {
  const page = await openSearch()
  const row = await inHand(page)
  t.strictSame(await rowsOf(page), nearestTo(row, all).slice(0, 24))
  t.equal(await tiles(page).first().getAttribute('aria-current'), 'true')
  t.match(await tiles(page).first().textContent(), `${row}.png, distance 0`, 'its name, and no distance')
  t.match(await tiles(page).nth(1).getAttribute('title'), /^games\/day one\/\d+\.png\n.*ball [\d.]+/, 'all that is known')
  t.ok(furthest(await pixelsOf(page), await pixelsIn(tiles(page).first().locator('canvas'))) <= 3, 'drawn as it is')
  await page.getByRole('combobox', { name: 'How many' }).selectOption('12')
  await untilShown(page, nearestTo(row, all).slice(0, 12))
  await page.close()
})

t.test('by one partition, against one, and by none', { skip }, async t => {
  const page = await openSearch()
  const row = await inHand(page)
  const alone = page.getByRole('region', { name: 'Weights' }).getByRole('button', { name: 'ball' })
  await alone.click()
  await untilShown(page, nearestTo(row, all.map((_, i) => i === ball ? 1 : 0)).slice(0, 24))
  t.equal(await alone.getAttribute('aria-pressed'), 'true')
  await alone.click()
  await untilShown(page, nearestTo(row, all).slice(0, 24))
  t.ok(await page.getByRole('button', { name: 'All', exact: true }).isDisabled(), 'nothing to take back')
  for (const [i] of card.partitions.entries()) if (i !== ball) await slide(page, `${titleOf(i)}, weight`, 0.75)
  await slide(page, 'ball, weight', 0)
  const unlike = nearestTo(row, all.map((_, i) => i === ball ? -1 : 0.5))
  await untilShown(page, unlike.slice(0, 24))
  t.not(unlike[0], row, 'others are nearer than the image itself')
  t.match(await tiles(page).first().textContent(), /−/, 'distances can be negative')
  t.equal(await page.getByRole('slider', { name: 'ball, weight' }).getAttribute('aria-valuetext'),
    '−1, unlike is nearer')
  await page.waitForFunction(() => location.hash.includes('w=search'))
  await page.waitForFunction(() => location.hash.includes('-100'))
  const { hash } = new URL(page.url())
  await show(page, 'Play')
  await show(page, 'Search')
  await untilShown(page, unlike.slice(0, 24))
  await alone.click()
  t.equal(await page.getByRole('slider', { name: 'table, weight' }).inputValue(), '0')
  await slide(page, 'ball, weight', 0.5)
  t.match(await page.getByRole('alert').textContent(), 'Nothing weighs anything')
  t.equal(await tiles(page).count(), 0)
  await page.close()
  const other = await visitor!.open({ path: `/${hash}`, until: 'loaded' })
  await untilShown(other, unlike.slice(0, 24))
  await other.close()
})

t.test('what is left before its pictures have come is there when one comes back', { skip }, async t => {
  let hold: Promise<void> | undefined
  let free = () => {}
  const page = await visitor!.open({
    prepare: page => page.route('**/decode?*', async route => {
      await hold
      await route.continue()
    }),
  })
  hold = new Promise(resolve => { free = resolve })
  await page.keyboard.press('f')
  await tiles(page).nth(23).waitFor()
  await show(page, 'Play')
  await show(page, 'Search')
  t.equal(await tiles(page).count(), 0, 'nothing of the earlier visit')
  hold = undefined
  free()
  await untilFull(page)
  t.equal(await tiles(page).count(), 24)
  await page.close()
})

t.test('conditions leave some out, and those that are none are refused in words', { skip }, async t => {
  const page = await openSearch()
  const row = await inHand(page)
  const where = page.getByRole('textbox', { name: 'Only where' })
  await where.fill('half=odd, number<1000')
  await where.press('Enter')
  const fitting = nearestTo(row, all).filter(other => other % 2 === 1 && other < 1000).slice(0, 24)
  await untilShown(page, fitting)
  await where.fill('age>=3')
  await where.press('Enter')
  await page.getByRole('alert').waitFor()
  t.match(await page.getByRole('alert').textContent(), /one of file, half, number .* "age"/)
  t.equal(await tiles(page).count(), 0)
  await where.fill('number<0')
  await where.press('Enter')
  await page.getByText('No image fulfils the conditions.').waitFor()
  await where.fill('file=*/7?.png')
  await where.press('Enter')
  await untilShown(page, nearestTo(row, all).filter(other => other >= 70 && other < 80))
  t.equal(await page.getByRole('alert').count(), 0)
  await page.close()
})

t.test('a neighbour is taken by keyboard, and the search goes on from there', { skip }, async t => {
  const page = await openSearch()
  const [before, row] = [await pixelsOf(page), await inHand(page)]
  const next = nearestTo(row, all)[2]!
  const shown = await pixelsIn(tiles(page).nth(2).locator('canvas'))
  await tiles(page).nth(2).focus()
  await page.keyboard.press('Enter')
  await untilShown(page, nearestTo(next, all).slice(0, 24))
  const after = await untilChanged(page, before)
  t.ok(furthest(after, shown) <= 3, 'what was seen is what one gets')
  await page.waitForFunction(() => document.activeElement?.matches('.found[aria-current]'))
  t.equal(await page.evaluate(() => document.activeElement?.textContent),
    `${next}.png, distance 0`, 'it is the first now, in focus')
  t.match(await page.getByRole('status').first().textContent(), `games/day one/${next}.png is in hand.`)
  await page.keyboard.press('Control+z')
  await untilShown(page, nearestTo(row, all).slice(0, 24))
  t.ok(furthest(before, await pixelsOf(page)) <= 3, 'undo takes it back')
  await show(page, 'Play')
  await untilDrawn(page)
  await page.close()
})

t.test('models without an index have no search', { skip }, async t => {
  const page = await visitor!.open()
  const tab = page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Search' })
  t.equal(await tab.count(), 1)
  await choose(page, 'mnist@3')
  t.equal(await tab.count(), 0)
  await page.keyboard.press('f')
  t.equal(await page.getByRole('list', { name: 'Neighbours' }).count(), 0)
  await page.close()
})

t.test('nothing sticks out of a window of middle width', { skip }, async t => {
  for (const width of [660, 768, 1024]) {
    const page = await openSearch({ width })
    t.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width, `${width} pixels`)
    await page.close()
  }
})

t.test('axe finds nothing', { skip }, async t => {
  await checkAccessEverywhere(t, visitor!, 'search', async page => {
    await show(page, 'Search')
    await untilFull(page)
  })
})

t.test('the browser had nothing to complain of', { skip }, async t => {
  t.strictSame(visitor!.complaints.filter(words => !words.includes('status of 400')), [], 'but the refused condition')
})
