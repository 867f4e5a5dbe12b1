/** The map in a real browser: where the images of the sample lie, and which are near. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseSample } from '@partition-vae/client'
import { openRepository } from '@partition-vae/models'
import { decode } from 'fast-png'
import type { Page } from 'playwright-core'
import t from 'tap'
import { takeSample } from '../../../server/explorer/core/sample.js'
import { checkAccessEverywhere, pixelsIn, show, skip, startExplorer, type Visitor } from './browser.js'

const visitor: Visitor | undefined = skip === false ? await startExplorer(t) : undefined
const models = openRepository(fileURLToPath(new URL('../../../models/repository', import.meta.url)))
const sample = takeSample(parseSample((await models.open('table-tennis')).sample!.slice().buffer), new Uint8Array(0))
const factorOf = (row: number, name: string) =>
  sample.factor![row * sample.factors.length + sample.factors.indexOf(name)]!

async function openMap (partition: string, options: Parameters<Visitor['open']>[0] = {}): Promise<Page> {
  const page = await visitor!.open(options)
  await show(page, 'Map')
  await page.getByRole('group', { name: 'Partitions' }).getByRole('button', { name: partition }).click()
  await page.locator('.near').first().waitFor()
  await page.locator('#map').waitFor()
  return page
}

/** The number in words as `In hand: image 216`, from 0. */
async function rowIn (page: Page, words: string): Promise<number> {
  const title = page.getByRole('heading', { name: words })
  return Number(/image (\d+)/.exec((await title.textContent())!)![1]) - 1
}

const rowsOf = async (page: Page, strip: string) => (await page.locator(`${strip} .near:not([aria-current])`).all()
  .then(all => Promise.all(all.map(async near => Number(/\d+/.exec((await near.getAttribute('aria-label'))!)![0]) - 1))))

/** Counts the pixels of the map that are not as its ground. */
async function inked (page: Page): Promise<number> {
  const { data, channels } = decode(await page.locator('#map').screenshot())
  let count = 0
  for (let i = 0; i < data.length; i += channels) if (data[i]! < 235 || data[i + 1]! < 235) count++
  return count
}

t.test('positions keep the picture\'s directions, and an image is taken by key', { skip }, async t => {
  const page = await openMap('ball')
  const map = page.locator('#map')
  const take = async (key: string) => {
    await map.press('0')
    for (let i = 0; i < 3; i++) await map.press(key)
    const before = await page.getByRole('heading', { name: 'In hand' }).textContent()
    await map.press('Enter')
    await page.waitForFunction(before => [...document.querySelectorAll('h3')].every(({ textContent }) =>
      textContent !== before), before)
    return await rowIn(page, 'In hand')
  }
  const [right, left, low, high] = [
    await take('ArrowRight'), await take('ArrowLeft'), await take('ArrowDown'), await take('ArrowUp'),
  ]
  t.ok(factorOf(right, 'ball/x') > factorOf(left, 'ball/x') + 10, 'right on the map is right in the picture')
  t.ok(factorOf(low, 'ball/y') > factorOf(high, 'ball/y') + 8, 'and down is down')
  await page.close()
})

t.test('points are drawn, more of them are seen nearer, and a click takes the one under the pointer', { skip },
  async t => {
    const page = await openMap('ball')
    const map = page.locator('#map')
    const box = (await map.boundingBox())!
    t.ok(await inked(page) > 20_000, `${await inked(page)} pixels have ink`)
    await page.mouse.move(box.x + 300, box.y + 250)
    await page.mouse.wheel(0, -900)
    // Something lies within reach of one of these places.
    let pointed = -1
    for (let i = 0; i < 100 && pointed < 0; i++) {
      await page.mouse.move(box.x + 150 + i * 6, box.y + 50 + i * 4)
      const title = page.getByRole('heading', { name: 'Under the pointer' })
      if (await title.count() > 0) pointed = await rowIn(page, 'Under the pointer')
    }
    t.ok(pointed >= 0, 'something is under the pointer')
    await page.mouse.down()
    await page.mouse.up()
    await page.mouse.move(box.x + 5, box.y - 30)
    t.equal(await rowIn(page, 'In hand'), pointed)
    t.match(await page.getByRole('status').first().textContent(), `Image ${pointed + 1} is in hand.`)
    await page.close()
  })

t.test('neighbours are like in this one partition, by place or by look, and the thing is boxed', { skip }, async t => {
  const page = await openMap('table')
  const row = await rowIn(page, 'In hand')
  await page.locator('.nearest rect.edge').nth(7).waitFor({ state: 'attached' })
  const spread = (rows: readonly number[], factor: string) =>
    rows.reduce((sum, other) => sum + Math.abs(factorOf(other, factor) - factorOf(row, factor)), 0) / rows.length
  const everyone = [...Array(sample.count).keys()]
  const byAll = await rowsOf(page, '.nearest')
  t.equal(byAll.length, 8)
  t.notOk(byAll.includes(row), 'the image itself is not its own neighbour')
  await page.getByText('place', { exact: true }).click()
  const byPlace = await rowsOf(page, '.nearest')
  t.notSame(byPlace, byAll)
  t.ok(spread(byPlace, 'table/y') < spread(everyone, 'table/y') / 5, `place: ${spread(byPlace, 'table/y')}`)
  await page.getByText('look', { exact: true }).click()
  const byLook = await rowsOf(page, '.nearest')
  t.ok(spread(byLook, 'table/hue') < spread(everyone, 'table/hue') / 3, `look: ${spread(byLook, 'table/hue')}`)
  t.match(await page.locator('.nearest .note').textContent(), 'nearest by the table alone')
  const near = page.locator('.nearest .near')
  await near.nth(3).focus()
  await page.keyboard.press('Enter')
  t.equal(await rowIn(page, 'In hand'), byLook[2], 'one is taken')
  await page.waitForFunction(() => document.activeElement?.matches('.near[aria-current]'))
  t.equal(await near.first().getAttribute('aria-label'), `Test image ${byLook[2]! + 1}`, 'it is the first now, in focus')
  await page.close()
})

t.test('a lasso selects, and the selection can be carried away', { skip }, async t => {
  const page = await openMap('ball')
  const box = (await page.locator('#map').boundingBox())!
  const corners = [[0.05, 0.05], [0.5, 0.05], [0.5, 0.95], [0.05, 0.95]] as const
  await page.getByRole('button', { name: 'Lasso' }).click()
  await page.mouse.move(box.x + box.width * 0.05, box.y + box.height * 0.05)
  await page.mouse.down()
  for (const [x, y] of corners) await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 4 })
  await page.mouse.up()
  const words = (await page.getByRole('heading', { name: 'selected' }).textContent())!
  const count = Number(/\d+/.exec(words)![0])
  t.ok(count > 300, words)
  t.ok(count < 1700, words)
  const save = async (name: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click(),
    ])
    return await readFile(await download.path(), 'utf8')
  }
  const { model, images } = JSON.parse(await save('JSON'))
  t.equal(model, 'table-tennis')
  t.equal(images.length, count)
  const rowOf = new Map([...sample.index].map((image, row) => [image, row]))
  const lefts = images.map(({ image }: { image: number }) => factorOf(rowOf.get(image)!, 'ball/x'))
  t.ok(lefts.filter((x: number) => x < 34).length > 0.9 * count, 'they are those on the left')
  t.equal(images[0].latent.p4.length, 3)
  const lines = (await save('CSV')).trim().split('\n')
  t.equal(lines.length, count + 1)
  t.equal(lines[0]!.split(',').length, 22)
  await page.getByRole('button', { name: 'Clear' }).click()
  t.equal(await page.getByRole('heading', { name: 'selected' }).count(), 0)
  await page.close()
})

t.test('what one points at is drawn, and colours can be chosen', { skip }, async t => {
  const page = await openMap('light')
  const before = await pixelsIn(page.locator('.map-side canvas').first())
  const box = (await page.locator('#map').boundingBox())!
  for (let i = 0; i < 60; i++) {
    await page.mouse.move(box.x + 100 + i * 10, box.y + 200)
    if (await page.getByRole('heading', { name: 'Under the pointer' }).count() > 0) break
  }
  await page.waitForFunction(before => {
    const canvas = document.querySelector<HTMLCanvasElement>('.map-side canvas')!
    return canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data.some((v, i) => v !== before[i])
  }, before)
  t.equal(await page.getByRole('combobox', { name: 'Colour' }).inputValue(), 'light/light', 'what it follows most')
  await page.getByRole('combobox', { name: 'Colour' }).selectOption('error')
  t.match(await page.locator('.legend').textContent(), /\.0/)
  await page.close()
})

t.test('axe finds nothing', { skip }, async t => {
  await checkAccessEverywhere(t, visitor!, 'map', async page => {
    await show(page, 'Map')
    await page.locator('.nearest rect.edge').nth(7).waitFor({ state: 'attached' })
  })
})

t.test('the browser had nothing to complain of', { skip }, async t => {
  t.strictSame(visitor!.complaints, [])
})
