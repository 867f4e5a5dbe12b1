/** Images that one brings: drawn, from a camera, dropped, pasted. Judged by the pixels of what becomes of them. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Page } from 'playwright-core'
import {
  checkAccessEverywhere, choose, pixelsOf, skip, startExplorer, untilChanged, type Visitor,
} from './browser.js'

const visitor: Visitor | undefined = skip === false ? await startExplorer(t) : undefined
const open: Visitor['open'] = options => visitor!.open(options)
const digit = readFileSync(new URL('../../fixtures/digit.png', import.meta.url)).toString('base64')

/** [H · W] of the three pictures in a row below the cards. */
const compared = (page: Page): Promise<number[][]> => page.locator('.comparison canvas').evaluateAll(all =>
  (all as HTMLCanvasElement[]).map(canvas => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    return [...data].filter((_, i) => i % 4 === 0)
  }))

function correlation (a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [ma, mb] = [mean(a), mean(b)]
  const dot = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0)
  return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb))
}

/** Draws a line through points of the sheet, given in shares of it. */
async function stroke (page: Page, points: ReadonlyArray<readonly [number, number]>): Promise<void> {
  const { x, y, width, height } = (await page.locator('.sheet').boundingBox())!
  const [first, ...rest] = points.map(([u, v]) => [x + u * width, y + v * height] as const)
  await page.mouse.move(...first!)
  await page.mouse.down()
  for (const point of rest) await page.mouse.move(...point, { steps: 4 })
  await page.mouse.up()
}

t.test('a digit that is drawn comes back as that digit', { skip }, async t => {
  const page = await open()
  for (const model of ['digits', 'mnist']) {
    await choose(page, model)
    const before = await pixelsOf(page)
    await page.getByRole('button', { name: 'Draw' }).click()
    // A seven, small and in a corner: sized and centred as the digits of MNIST are.
    await stroke(page, [[0.1, 0.12], [0.4, 0.12], [0.22, 0.6]])
    await untilChanged(page, before)
    await page.getByText('Difference × 4').waitFor()
    const [input, reconstruction] = await compared(page) as [number[], number[]]
    const ink = input.flatMap((value, i) => value > 127 ? [Math.floor(i / 28)] : [])
    t.ok(Math.abs(ink.at(-1)! - ink[0]! - 19) <= 2, `${model}: 20 pixels high for the model`)
    const likeness = correlation(input, reconstruction)
    t.ok(likeness > 0.8, `${model}: what comes back is like it: ${likeness.toFixed(2)}`)
    const shown = (await pixelsOf(page)).filter((_, i) => i % 4 === 0)
    t.ok(correlation(shown, reconstruction) > 0.99, 'and is the picture in hand')
    t.match(await page.locator('.verdict').textContent(), /Drawn well|As usual|Drawn poorly/)
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    t.ok(await page.getByRole('button', { name: 'Undo' }).isDisabled(), 'all of a drawing is one step of undo')
  }
  await choose(page, 'table-tennis')
  t.equal(await page.getByRole('button', { name: 'Draw' }).count(), 0, 'only small grey models are drawn for')
  await page.close()
})

t.test('a camera\'s picture is encoded, once or all the time', { skip }, async t => {
  const page = await open()
  const before = await pixelsOf(page)
  await page.getByRole('button', { name: 'Camera' }).click()
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0)
  await page.getByRole('button', { name: 'Take picture' }).click()
  const taken = await untilChanged(page, before)
  t.match(await page.locator('.status p[role=status]').textContent(), 'Shown as the model gets it: 64 × 48.')
  const [input] = await compared(page) as [number[]]
  t.ok(Math.max(...input) - Math.min(...input) > 60, 'there is something on it')
  await page.getByLabel('Live').check()
  const values = new Set<string>()
  await page.waitForFunction(() => document.querySelector<HTMLVideoElement>('video')!.currentTime > 1)
  for (let i = 0; i < 100 && values.size < 3; i++) {
    values.add(JSON.stringify(await compared(page)))
    await page.waitForTimeout(50)
  }
  t.ok(values.size >= 3, 'live, pictures follow each other')
  await page.getByRole('button', { name: 'Close' }).click()
  const isOff = await page.evaluate(() => document.querySelector('video') === null)
  t.ok(isOff, 'closed')
  t.not(taken.length, 0)
  await page.close()
})

t.test('files are dropped on the page and pasted', { skip }, async t => {
  const page = await open()
  await choose(page, 'digits')
  const send = (type: string) => page.evaluate(([type, base64]) => {
    const bytes = Uint8Array.from(atob(base64!), letter => letter.charCodeAt(0))
    const data = new DataTransfer()
    data.items.add(new File([bytes], 'digit.png', { type: 'image/png' }))
    const event = type === 'paste'
      ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true })
      : new DragEvent(type!, { dataTransfer: data, bubbles: true, cancelable: true })
    document.querySelector('.cards')!.dispatchEvent(event)
  }, [type, digit])
  await send('dragover')
  t.equal(await page.locator('.drop').textContent(), 'Drop to encode')
  const before = await pixelsOf(page)
  await send('drop')
  const dropped = await untilChanged(page, before)
  t.equal(await page.locator('.drop').count(), 0)
  await page.getByText('Difference × 4').waitFor()
  const [input, reconstruction, difference] = await compared(page) as [number[], number[], number[]]
  const expected = input.map((value, i) => Math.min(Math.max(128 + 4 * (value - reconstruction[i]!), 0), 255))
  t.ok(difference.every((value, i) => Math.abs(value - expected[i]!) <= 1), 'four times the difference')
  const error = input.reduce((sum, value, i) => sum + ((value - reconstruction[i]!) / 255) ** 2, 0) / input.length
  const shown = Number(await page.locator('.verdict strong').textContent())
  t.ok(Math.abs(shown - error) <= 0.06 * error, `squared error ${shown}, by its pixels ${error}`)
  await page.getByRole('button', { name: 'Undo' }).click()
  const undone = await untilChanged(page, dropped)
  await send('paste')
  t.strictSame(await untilChanged(page, undone), dropped, 'pasted, it is the same')
  await page.close()
})

t.test('axe finds nothing at what makes images, dark and light, wide and narrow', { skip }, async t => {
  for (const name of ['Draw', 'Camera']) {
    await checkAccessEverywhere(t, visitor!, name, async page => {
      await choose(page, 'digits')
      const more = page.getByRole('button', { name: 'Bring an image' })
      const start = async () => {
        if (await more.isVisible()) await more.click()
        await page.getByRole('button', { name }).click()
        await page.locator('.maker').waitFor()
      }
      await start()
      await page.keyboard.press('Escape')
      t.equal(await page.locator('.maker').count(), 0, 'Esc closes it')
      await start()
    })
  }
})

t.test('the browser had nothing to complain of', { skip }, async t => t.strictSame(visitor!.complaints, []))
