/** The report in a real browser: what was measured, in words, of models that were measured much and little. */
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { temporaryFolder } from '../service.js'
import { checkAccessEverywhere, choose, show, skip, startExplorer, type Visitor } from './browser.js'

/** Makes a repository with a model that ships, and with copies of it that were measured otherwise. */
async function copyModels (measured: Readonly<Record<string, object>>): Promise<string> {
  const folder = await temporaryFolder(t)
  for (const [model, metrics] of Object.entries(measured)) {
    const source = fileURLToPath(new URL(`../../../models/repository/${model}`, import.meta.url))
    await cp(source, join(folder, model), { recursive: true })
    const path = join(folder, model, 'model.json')
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), metrics }))
  }
  return folder
}

const visitor: Visitor | undefined = skip === false ? await startExplorer(t) : undefined

t.test('a sentence a partition, where it is weak, numbers, curves and the report itself', { skip }, async t => {
  const page = await visitor!.open()
  await page.keyboard.press('w')
  const ball = page.locator('.sentence', { hasText: 'ball' })
  t.match(await ball.locator('p').first().textContent(),
    /^Its place is in this partition and in no other: R²\s\.94, next best\s\.00\. Less surely size\.$/)
  t.equal(await page.locator('.sentence').count(), 6)
  const [line, dot, ring] = await Promise.all(['.known-line', '.full', '.ring'].map(async part =>
    (await ball.locator(part).boundingBox())!))
  const share = (box: { x: number, width: number }) => (box.x + box.width / 2 - line!.x) / line!.width
  t.ok(Math.abs(share(dot!) - 0.937) < 0.01, `the dot is at R²: ${share(dot!)}`)
  t.ok(share(ring!) < 0.05, 'the ring is at the next best')
  const weak = page.getByRole('region', { name: 'Where it is weak' })
  t.match(await weak.textContent(), /Ball’s size is the least known of 18 factors: R²\s\.86\./)
  t.match(await weak.textContent(), /high light are drawn worse/, 'what the sample tells')
  t.match(await page.getByRole('region', { name: 'Numbers' }).textContent(), /\.00069.*88 nats.*20 units.*\.83 of 1/s)
  const curves = page.getByRole('img', { name: /Curves of the training/ })
  await curves.waitFor()
  const width = await curves.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))
  t.ok(width as number > 100)
  await page.getByRole('link', { name: 'The full report' }).click()
  await page.waitForURL('**/report/index.html')
  t.match(await page.title(), 'table-tennis')
  await page.close()
})

t.test('words are explained: by pointing, by focus, by a tap', { skip }, async t => {
  const page = await visitor!.open()
  const meaning = page.getByRole('tooltip')
  await page.getByRole('button', { name: 'What is a nat?' }).hover()
  t.match(await meaning.textContent(), /1 nat is 1\.44 bits/)
  await page.mouse.move(0, 0)
  await meaning.waitFor({ state: 'hidden' })
  await page.keyboard.press('w')
  const word = page.getByRole('button', { name: 'gap' })
  await word.focus()
  t.match(await meaning.textContent(), /less that of the next best/)
  t.equal(await word.getAttribute('aria-describedby'), 'glossary')
  const [box, at] = [(await meaning.boundingBox())!, (await word.boundingBox())!]
  t.ok(box.x >= 0 && box.x + box.width <= 1280, 'it is inside the window')
  t.ok(box.y >= at.y + at.height || box.y + box.height <= at.y, 'and covers not its word')
  await page.keyboard.press('Escape')
  await meaning.waitFor({ state: 'hidden' })
  await word.click()
  await meaning.waitFor()
  await page.getByText('The words used here').click()
  t.equal(await page.locator('.words-used dt').first().isVisible(), true, 'all of them, to be read')
  await page.close()
})

t.test('a model of which little is known', { skip }, async t => {
  const models = await copyModels({
    'mnist/3': {
      test: {
        images: 80,
        kl: 20,
        klByPartition: { p1: 12, p2: 8, p3: 0.004 },
        deadPartitions: [{ name: 'p3', reasons: ['kl'] }],
        things: { partitions: { p1: { place: 0.9, otherPlace: 0.1, swapInside: 1, reconstructed: 0.95 } } },
      },
    },
    'digits/4': {},
  })
  const other = await startExplorer(t, { models })
  const page = await other.open()
  await choose(page, 'mnist')
  t.match(await page.locator('.card.is-dead').textContent(), 'says nothing (0.004 nats)', 'Play knows it too')
  await show(page, 'Report')
  await page.locator('.sentence').last().waitFor()
  t.strictSame(await page.locator('.sentence p:first-of-type').evaluateAll(all =>
    all.map(node => node.textContent!.replaceAll('\u00a0', ' ')).filter(text => / is | it /.test(text))), [
    'Its place is in this partition and in no other: R² .90, next best .10. A swap changes nothing else; 95 % of it ' +
      'is drawn.',
    'Says nothing (.004 nats): it is dead.',
  ])
  t.match(await page.getByRole('region', { name: 'Where it is weak' }).textContent(), /p3 says nothing.*Only 80 images/)
  await page.getByRole('combobox', { name: 'Model' }).selectOption('digits')
  await page.getByText('Nothing was measured of this model.').waitFor()
  t.strictSame(other.complaints, [])
  await page.close()
})

t.test('axe finds nothing in dark and light, wide and narrow', { skip }, async t => {
  await checkAccessEverywhere(t, visitor!, 'report', async page => {
    await show(page, 'Report')
    await page.getByRole('img', { name: /Curves/ }).waitFor()
    await page.getByRole('button', { name: 'gap' }).focus()
  })
})

t.test('the browser had nothing to complain of', { skip }, async t => {
  t.strictSame(visitor!.complaints, [])
})
