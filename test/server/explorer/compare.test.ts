/** Two models side by side in a real browser: pictures, errors and correlations against what they truly are. */
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '@partition-vae/client'
import { openRepository } from '@partition-vae/models'
import type { Page } from 'playwright-core'
import t from 'tap'
import { align, pairMeans } from '../../../server/explorer/core/alignment.js'
import { republish } from '../../../trainer/cli/actions/republish.js'
import { temporaryFolder } from '../service.js'
import {
  checkAccessEverywhere, choose, furthest, pixelsIn, show, skip, startExplorer, type Visitor,
} from './browser.js'

const visitor: Visitor | undefined = skip === false ? await startExplorer(t) : undefined

/** Grey → RGBA. */
const toRgba = (grey: Uint8Array) => [...grey].flatMap(value => [value, value, value, 255])

t.test('digits and mnist on the same digit', { skip }, async t => {
  const page = await visitor!.open()
  t.equal(await page.getByRole('button', { name: 'Compare' }).count(), 0, 'nothing else has seen table tennis')
  await choose(page, 'digits')
  await page.keyboard.press('v')
  const right = page.getByRole('region', { name: 'The other model' })
  await right.getByText('squared error').waitFor()
  const service = createClient({ baseUrl: visitor!.origin })
  const [ours, theirs] = [await service.model('digits').sample(), await service.model('mnist').sample()]
  const row = Number(new URLSearchParams(await page.evaluate(() => location.hash.slice(1))).get('s'))
  const twin = theirs.columns.index.indexOf(ours.columns.index[row]!)
  const mean = theirs.columns.mean.subarray(twin * 10, (twin + 1) * 10)
  const expected = await service.model('mnist').decode([mean], { format: 'raw' })
  const seen = await pixelsIn(right.locator('canvas'))
  t.ok(furthest(toRgba(expected.data), seen) <= 1, 'the right picture is what mnist makes of that digit')
  const shown = Number(await right.locator('.side-numbers dd').first().textContent())
  t.ok(Math.abs(shown - theirs.columns.squaredError[twin]!) < 0.001, `its squared error: ${shown}`)

  const rows = ({ header, columns }: typeof ours) =>
    ({ count: header.count, index: columns.index, mean: columns.mean })
  const cards = [await service.model('digits').card(), await service.model('mnist').card()] as const
  const { correlation } = align(pairMeans(rows(ours), rows(theirs)), cards[0].partitions, cards[1].partitions)
  const list = page.getByRole('list', { name: 'Partitions that go together' })
  const strongest = await list.locator('li').allTextContents()
  for (const text of strongest) {
    const [, left, other, value] = /^(\w+) and (\w+): (\.\d\d)$/.exec(text)!
    const truth = correlation[cards[0].partitions.findIndex(({ name }) => name === left)]![
      cards[1].partitions.findIndex(({ name }) => name === other)]!
    t.ok(Math.abs(truth - Number(value)) < 0.006, `${text} is ${truth}`)
  }
  t.ok(strongest.length > 2)
  t.equal(await page.locator('.differences li').count(), 4, 'a sentence for each partition, and who draws closer')
  t.match(await page.locator('.differences').textContent(), 'The right draws closer')

  await page.locator('.compare-examples .example').nth(1).click()
  await page.waitForFunction(before => {
    const canvas = document.querySelector<HTMLCanvasElement>('[aria-label="The other model"] canvas')!
    const now = canvas.getContext('2d')!.getImageData(0, 0, 28, 28).data
    return now.some((value, i) => Math.abs(value - before[i]!) > 40)
  }, seen)
  t.pass('another digit, by both')
  await page.waitForFunction(() => location.hash.includes('w=compare'))
  await page.close()
})

t.test('an own image is encoded by both', { skip }, async t => {
  const page = await visitor!.open()
  await choose(page, 'mnist')
  await show(page, 'Compare')
  const right = page.getByRole('region', { name: 'The other model' })
  await right.getByText('squared error').waitFor()
  const before = await pixelsIn(right.locator('canvas'))
  const bytes = await readFile(new URL('../../fixtures/digit.png', import.meta.url))
  await page.evaluate(text => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
    const data = new DataTransfer()
    data.items.add(new File([bytes], 'digit.png', { type: 'image/png' }))
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true }))
  }, bytes.toString('base64'))
  await page.waitForFunction(before => {
    const canvas = document.querySelector<HTMLCanvasElement>('[aria-label="The other model"] canvas')!
    const now = canvas.getContext('2d')!.getImageData(0, 0, 28, 28).data
    return now.some((value, i) => Math.abs(value - before[i]!) > 40)
  }, before)
  const model = createClient({ baseUrl: visitor!.origin }).model('digits')
  const expected = await model.reconstruct(new Blob([bytes]), { format: 'raw' })
  t.ok(furthest(toRgba(expected.data), await pixelsIn(right.locator('canvas'))) <= 3, 'as digits reconstructs it')
  await page.close()
})

t.test('two versions of a model: what is the same is said to be, and a link leads there', { skip }, async t => {
  const models = await temporaryFolder(t)
  await cp(fileURLToPath(new URL('../../../models/repository/table-tennis', import.meta.url)),
    join(models, 'table-tennis'), { recursive: true })
  const opened = await openRepository(models).open('table-tennis')
  const partitions = opened.card.partitions.map(({ label, ...partition }) => partition)
  await republish(models, opened, { partitions })
  const other = await startExplorer(t, { models })
  const page = await other.open()
  await page.keyboard.press('v')
  await page.locator('.differences li').first().waitFor()
  const texts = await page.locator('.differences li').allTextContents()
  t.equal(texts.length, 6)
  t.ok(texts.every(text => /is in both: it goes with .* on the right by 1\.00\.$/.test(text)), texts.join(' '))
  const [left, right] = [page.getByRole('region', { name: 'table-tennis, version 4' }),
    page.getByRole('region', { name: 'The other model' })]
  t.ok(furthest(await pixelsIn(left.locator('canvas')), await pixelsIn(right.locator('canvas'))) <= 1)
  t.strictSame(await page.locator('.links-right').evaluateAll(all => all.map(node => node.textContent)),
    ['1', '2', '3', '4', '5', '6'])
  await page.getByRole('combobox', { name: 'The other model' }).selectOption('table-tennis v3')
  await page.waitForFunction(() => location.hash.includes('w=compare&d=table-tennis.3'))
  const { hash } = new URL(page.url())
  const fresh = await other.open({ path: `/${hash}`, until: 'loaded' })
  await fresh.locator('.differences li').first().waitFor()
  t.pass('a link leads there')
  t.strictSame(other.complaints, [])
})

/** Where each element of the view lies, and what is drawn before it: waits until that rests. */
async function layoutOf (page: Page): Promise<string[]> {
  let last: string[] = []
  for (let tries = 0; tries < 50; tries++) {
    const now = await page.evaluate(() => [...document.querySelectorAll<HTMLElement>('#view *')].map(node => {
      const { x, y, width, height } = node.getBoundingClientRect()
      return `${node.className} ${[x, y, width, height].map(Math.round)} ${getComputedStyle(node, '::before').content}`
    }))
    if (now.length > 20 && now.join() === last.join()) break
    last = now
    await page.waitForTimeout(200)
  }
  return last
}

t.test('a view looks the same, whichever views were open before', { skip }, async t => {
  const page = await visitor!.open()
  await choose(page, 'digits')
  const layouts = new Map<string, string[]>()
  for (const view of ['Report', 'Compare', 'Map', 'Mix', 'Traverse', 'Map', 'Report', 'Compare'] as const) {
    await show(page, view)
    const layout = await layoutOf(page)
    t.strictSame(layout, layouts.get(view) ?? layout, view)
    layouts.set(view, layout)
  }
  await page.close()
})

t.test('axe finds nothing in dark and light, wide and narrow', { skip }, async t => {
  await checkAccessEverywhere(t, visitor!, 'comparison', async page => {
    await choose(page, 'digits')
    await show(page, 'Compare')
    await page.locator('.differences li').first().waitFor()
  })
})

t.test('the browser had nothing to complain of', { skip }, async t => {
  t.strictSame(visitor!.complaints, [])
})
