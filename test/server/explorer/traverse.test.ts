/** The view of traversals in a real browser: what its cells show is what one gets. */
import { readFile } from 'node:fs/promises'
import t from 'tap'
import type { Page } from 'playwright-core'
import { pixelsOf as pixelsOfFile } from '../images.js'
import {
  checkAccessEverywhere, furthest, pixelsIn, pixelsOf, show, skip, startExplorer, untilChanged, untilDrawn,
  type Visitor,
} from './browser.js'

const visitor: Visitor | undefined = skip === false ? await startExplorer(t) : undefined

/** Waits until the last row is drawn. */
async function untilFull (page: Page): Promise<void> {
  await page.locator('.cells').last().waitFor()
  await page.waitForFunction(() => [...document.querySelectorAll<HTMLCanvasElement>('.cell canvas')].every(canvas =>
    canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data.some(value => value !== 0)))
}

t.test('a cell of the grid becomes the picture, and undo takes it back', { skip }, async t => {
  const page = await visitor!.open()
  const before = await pixelsOf(page)
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  t.equal(await page.locator('script[src*=traverse]').count(), 0)
  await page.keyboard.press('t')
  await untilFull(page)
  t.ok(asked.some(url => /\/explorer\/traverse-.*\.js$/.test(url)), 'its code comes when it is first shown')
  t.strictSame(await page.getByRole('columnheader').allTextContents(), [
    'deviations', '−2.5', '−2', '−1.5', '−1', '−0.5', '0', '0.5', '1', '1.5', '2', '2.5',
  ])
  t.equal(await page.getByRole('row').count(), 21, 'a heading, and a row for each unit')
  t.equal(await page.locator('.cell.is-now').count(), 20, 'one cell of each row is nearest to now')
  const heads = await page.locator('.cells-head').boundingBox()
  const first = await page.locator('.cell').first().boundingBox()
  t.ok(first!.y - heads!.y - heads!.height >= 4, 'the headings leave room for the ring around a cell')
  const cell = page.getByRole('gridcell', { name: 'ball, left – right: 2.5 deviations' })
  const shown = await pixelsIn(cell.locator('canvas'))
  t.ok(furthest(before, shown) > 40, 'it is another picture')
  await cell.getByRole('button').click()
  await untilDrawn(page)
  const after = await untilChanged(page, before)
  t.ok(furthest(shown, after) <= 3, 'what was seen is what one gets')
  t.match(await page.getByRole('status').first().textContent(), 'ball, left – right: 2.5 deviations.')
  await page.keyboard.press('Control+z')
  t.ok(furthest(before, await untilChanged(page, after)) <= 1)
  await page.close()
})

t.test('whole partitions: times one is the picture, times minus two is not', { skip }, async t => {
  const page = await visitor!.open()
  const before = await pixelsOf(page)
  await show(page, 'Traverse')
  await page.getByText('Partitions scaled').click()
  await page.getByRole('button', { name: 'table', exact: true }).click()
  await untilFull(page)
  t.equal(await page.locator('.cells').count(), 1, 'the rows of one partition')
  const cell = (text: string) => page.getByRole('gridcell', { name: text, exact: true }).locator('canvas')
  t.ok(furthest(before, await pixelsIn(cell('table: times 1, nearest to now'))) <= 3)
  t.ok(furthest(before, await pixelsIn(cell('table: times −2'))) > 40)
  const [saved] = await Promise.all([
    page.waitForEvent('download'), page.getByRole('button', { name: 'Save the grid' }).click(),
  ])
  t.equal(saved.suggestedFilename(), 'table-tennis-scale.png')
  const picture = await pixelsOfFile(await readFile(await saved.path()))
  t.strictSame([picture.width, picture.height], [150 + 9 * (64 + 4), 28 + 48 + 4], 'names, nine cells, a heading')
  const first = await pixelsIn(cell('table: times −2'))
  const inGrid = first.map((_, i) => {
    const [x, y, channel] = [Math.floor(i / 4) % 64, Math.floor(i / 4 / 64), i % 4]
    const at = ((28 + y) * picture.width + 150 + x) * picture.channels + channel
    return channel === 3 ? 255 : picture.bytes[at]!
  })
  t.ok(furthest(first, inGrid) <= 1, 'the cells are in it')
  await page.getByText('Principal directions').click()
  await untilFull(page)
  await page.waitForFunction(() => location.hash.includes('w=traverse&d=joint'))
  const { hash } = new URL(page.url())
  await page.close()
  const other = await visitor!.open({ path: `/${hash}`, until: 'loaded' })
  await other.getByRole('radio', { name: 'Principal directions', checked: true }).waitFor()
  t.equal(await other.getByRole('button', { name: 'Traverse' }).getAttribute('aria-current'), 'page')
  await other.close()
})

t.test('by keyboard: one cell for Tab, arrows between them', { skip }, async t => {
  const page = await visitor!.open()
  await page.keyboard.press('t')
  await untilFull(page)
  t.equal(await page.locator('.cell-button[tabindex="0"]').count(), 1)
  await page.locator('.cell-button[tabindex="0"]').focus()
  for (const key of ['End', 'ArrowDown', 'ArrowLeft']) await page.keyboard.press(key)
  t.equal(
    await page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
    'player A, left – right: 2 deviations'
  )
  const before = await pixelsIn(page.locator('.cell.is-now canvas').first())
  await page.keyboard.press('Enter')
  await untilDrawn(page)
  t.ok(furthest(before, await pixelsOf(page)) > 40)
  await page.close()
})

t.test('on a phone: tabs at the foot, fewer columns', { skip }, async t => {
  const page = await visitor!.open({ width: 390, height: 844 })
  const tabs = (await page.getByRole('navigation', { name: 'Views' }).boundingBox())!
  t.equal(tabs.y + tabs.height, 844)
  t.equal(tabs.width, 390)
  await show(page, 'Traverse')
  await untilFull(page)
  t.equal(await page.getByRole('columnheader').count(), 6)
  const cell = (await page.locator('.cell-button').first().boundingBox())!
  t.ok(cell.height >= 40, `a finger hits a cell: ${cell.height} pixels`)
  await page.close()
})

t.test('axe finds nothing in dark and light, wide and narrow', { skip }, async t => {
  await checkAccessEverywhere(t, visitor!, 'traversal', async page => {
    await show(page, 'Traverse')
    // All rows are alike: the fewer there are, the sooner axe is through.
    await page.getByRole('button', { name: 'ball', exact: true }).click()
    await untilFull(page)
  })
})

t.test('the browser had nothing to complain of', { skip }, async t => {
  t.strictSame(visitor!.complaints, [])
})
