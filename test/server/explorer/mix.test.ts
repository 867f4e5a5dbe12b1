/** Mixing two pictures in a real browser: judged by the pixels of the mix, and of the files that are saved. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { decodeFrames } from 'modern-gif'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import {
  checkAccessEverywhere, choose, furthest, pixelsIn, pixelsOf, show, skip, startExplorer, untilChanged, type Visitor,
} from './browser.js'

const visitor: Visitor | undefined = skip === false ? await startExplorer(t) : undefined
const open: Visitor['open'] = options => visitor!.open(options)

async function startMixing (page: Page): Promise<void> {
  await show(page, 'Mix')
  await page.locator('.choice-of').first().waitFor()
  await page.waitForFunction(() => {
    const pictures = [...document.querySelectorAll<HTMLCanvasElement>('.mix-picture canvas')]
    return pictures.every(canvas => canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data
      .some(value => value !== 0))
  })
}
const side = (page: Page, which: 'a' | 'b') => pixelsIn(page.locator(`.mix-side-${which} .mix-picture canvas`))

t.test('what a picture is stands at its left edge, also where it is narrower than its column', { skip }, async t => {
  const page = await open()
  await choose(page, 'digits')
  await startMixing(page)
  const lefts = (within: string) => page.locator(within).evaluateAll(all =>
    all.map(node => Math.round(node.getBoundingClientRect().left)))
  const pictures = await lefts('.mix-picture .pixels, .mixed .pixels')
  t.equal(pictures.length, 3)
  t.strictSame(await lefts('.mix-pictures figcaption'), pictures)
  t.ok(pictures[0]! > (await lefts('.mix-pictures figure'))[0]!, 'they are narrower here')
  await page.close()
})

const words = (page: Page) => page.locator('.mixed figcaption').textContent()

t.test('things come from A or B by a click, or from in between', { skip }, async t => {
  const page = await open()
  const inHand = await pixelsOf(page)
  await startMixing(page)
  t.ok(furthest(inHand, await pixelsOf(page)) <= 1, 'it begins with what is in hand')
  t.ok(furthest(inHand, await side(page, 'a')) <= 1, 'which is A')
  t.equal(await words(page), 'The mix all from A')
  const background = page.getByRole('button', { name: 'background from B' })
  await background.click()
  const mixed = await untilChanged(page, inHand)
  const b = await side(page, 'b')
  /** Of the wall, at the top left. */
  const hue = (pixels: readonly number[]) => pixels[2]! - pixels[0]!
  t.ok(Math.abs(hue(mixed) - hue(b)) < Math.abs(hue(inHand) - hue(b)) / 3, 'the wall is B\'s, in A\'s light')
  t.equal(await words(page), 'The mix background from B, the rest from A')
  await page.getByRole('button', { name: 'All from B', exact: true }).click()
  t.ok(furthest(await untilChanged(page, mixed), b) <= 1, 'all of B')
  await page.getByRole('slider', { name: 'table, from A to B' }).fill('0.5')
  await page.waitForFunction(() => document.querySelector('.mixed')!.textContent!.includes('table in between'))
  const between = await untilChanged(page, b)
  for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Undo' }).click()
  t.equal(await words(page), 'The mix all from A')
  t.ok(furthest(inHand, await untilChanged(page, between)) <= 1, 'undone')
  const box = (await page.locator('.mix-side-b .mix-picture').boundingBox())!
  await page.mouse.move(box.x + 6, box.y + 6)
  await page.mouse.click(box.x + 6, box.y + 6)
  await page.waitForFunction(() => document.querySelector('.mixed')!.textContent!.includes('background from B'))
  await page.getByRole('button', { name: 'Take into Play' }).click()
  t.ok(furthest(mixed, await untilChanged(page, inHand)) <= 1, 'the mix is in hand')
  await page.close()
})

t.test('sides are chosen: a test image, an own image, what is in hand; a link keeps them', { skip }, async t => {
  const page = await open()
  await choose(page, 'digits')
  const inHand = await pixelsOf(page)
  await startMixing(page)
  const first = await side(page, 'b')
  await page.getByRole('button', { name: /^B / }).click()
  await page.locator('#choose-b .example').nth(5).click()
  await page.waitForFunction(() => document.querySelector('.mix-side-b .side-name')!.textContent !== 'B test image 1')
  await page.locator('#choose-a input[type=file]').setInputFiles({
    name: 'digit.png',
    mimeType: 'image/png',
    buffer: readFileSync(new URL('../../fixtures/digit.png', import.meta.url)),
  })
  await page.getByRole('button', { name: 'A digit.png' }).waitFor()
  const own = await untilChanged(page, inHand)
  t.ok(furthest(own, inHand) > 40, 'A is the own image')
  await page.getByRole('button', { name: 'shape from B' }).click()
  const mixed = await untilChanged(page, own)
  t.ok(furthest(first, await side(page, 'b')) > 40, 'B is another')
  await page.waitForFunction(() => location.hash.includes('w=mix') && location.hash.includes('d='))
  const { hash } = new URL(page.url())
  t.ok(hash.length < 400, `a link of ${hash.length} letters`)
  const other = await open({ path: `/${hash}`, until: 'loaded' })
  await other.locator('.choice-of').first().waitFor()
  t.ok(furthest(mixed, await untilChanged(other, [])) <= 1, 'opens the same mix')
  t.equal(await words(other), 'The mix shape from B, the rest from A')
  await page.getByRole('button', { name: /^A / }).click()
  await page.locator('#choose-a').getByRole('button', { name: 'What is in hand' }).click()
  await page.getByRole('button', { name: 'All from A', exact: true }).click()
  t.ok(furthest(mixed, await pixelsOf(page)) <= 1, 'the mix has become A')
  await page.close()
  await other.close()
})

t.test('an animation goes to the mix and leaves no step of undo', { skip }, async t => {
  const page = await open()
  await startMixing(page)
  const before = await pixelsOf(page)
  await page.getByRole('button', { name: 'Animate' }).click()
  const seen = new Set<string>()
  await page.getByRole('button', { name: 'Stop' }).waitFor()
  while (await page.getByRole('button', { name: 'Stop' }).count() > 0) {
    seen.add(JSON.stringify(await pixelsOf(page)))
    await page.waitForTimeout(60)
  }
  t.ok(seen.size >= 3, `pictures on the way: ${seen.size}`)
  await page.waitForTimeout(300)
  t.ok(furthest(before, await pixelsOf(page)) <= 1, 'then it is as it was')
  t.ok(await page.getByRole('button', { name: 'Undo' }).isDisabled())
  await page.close()
})

t.test('whatever one does ends an animation, holds, and is one step', { skip }, async t => {
  const page = await open()
  await startMixing(page)
  const undo = page.getByRole('button', { name: 'Undo' })
  const from = (thing: string) => page.getByRole('button', { name: `${thing} from B` })
  const animate = async () => {
    await page.getByRole('button', { name: 'Animate' }).click()
    await page.waitForFunction(() => document.querySelector('.mixed')!.textContent!.includes('in between'))
  }
  const still = () => page.getByRole('button', { name: 'Animate' }).waitFor()
  const steps = async () => {
    let count = 0
    for (; await undo.isEnabled(); count++) await undo.click()
    for (let i = 0; i < count; i++) await page.getByRole('button', { name: 'Redo' }).click()
    return count
  }
  await animate()
  await from('ball').click()
  await still()
  t.equal(await words(page), 'The mix ball from B, the rest from A', 'a choice holds')
  t.equal(await steps(), 1)
  await from('background').click()
  const both = await words(page)
  await animate()
  await page.keyboard.press('Control+z')
  await still()
  t.equal(await words(page), 'The mix ball from B, the rest from A', 'undo takes back what was before')
  t.equal(await steps(), 1)
  await page.keyboard.press('Control+Shift+z')
  t.equal(await words(page), both, 'redo brings the mix, not a picture on the way')
  await animate()
  await page.getByRole('slider', { name: 'table, from A to B' }).click()
  await still()
  t.match(await words(page), /^The mix (?=.*ball).* from B, table in between, the rest from A$/, 'a slider too')
  t.equal(await steps(), 3)
  await animate()
  await page.getByRole('button', { name: /^B / }).click()
  await page.locator('#choose-b .example').nth(7).click()
  await still()
  t.match(await words(page), / from B, table in between, the rest from A$/, 'another B')
  t.equal(await steps(), 4)
  await animate()
  await choose(page, 'digits')
  await still()
  t.equal(await words(page), 'The mix all from A', 'another model has its own picture')
  t.ok(await undo.isDisabled(), 'and no steps')
  await page.waitForTimeout(300)
  t.ok(furthest(await pixelsOf(page), await side(page, 'a')) <= 1)
  await page.close()
})

t.test('films and strips are saved: they begin with A and end with the mix', { skip }, async t => {
  const page = await open()
  await startMixing(page)
  const [a, b] = [await side(page, 'a'), await side(page, 'b')]
  const save = async (kind: string) => {
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    const button = page.getByRole('group', { name: 'Save' }).getByRole('button', { name: kind })
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
  }
  const strip = await save('Strip (PNG)')
  t.equal(strip.name, 'table-tennis-mix.strip.png')
  const { data, info } = await sharp(strip.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const scale = info.height / 48
  t.equal(info.width, 11 * 64 * scale, 'eleven pictures')
  /** RGBA of one picture of the strip, at the model's size. */
  const cut = (pixels: ArrayLike<number>, width: number, channels: number, scale: number, left = 0) =>
    Array.from({ length: 64 * 48 * 4 }, (_, i) => {
      const [x, y] = [Math.floor(i / 4) % 64, Math.floor(i / 4 / 64)]
      return i % 4 === 3 ? 255 : pixels[((y * scale + 1) * width + left + x * scale + 1) * channels + i % 4]!
    })
  t.ok(furthest(cut(data, info.width, 3, scale), a) <= 2, 'the first is A')
  t.ok(furthest(cut(data, info.width, 3, scale, 640 * scale), b) <= 2, 'the last is B')

  const gif = await save('Film (GIF)')
  const frames = decodeFrames(new Uint8Array(gif.bytes).buffer)
  t.equal(frames.length, 50, 'two seconds of 25 frames')
  const [first, last] = [frames[0]!, frames.at(-1)!]
  const difference = (one: readonly number[], other: readonly number[]) =>
    one.reduce((sum, value, i) => sum + Math.abs(value - other[i]!), 0) / one.length
  t.ok(difference(cut(first.data, first.width, 4, first.width / 64), a) < 4, 'from A, in 255 colours')
  t.ok(difference(cut(last.data, last.width, 4, last.width / 64), b) < 4, 'to B')

  const film = await save('Film (WebM)')
  t.equal(film.name, 'table-tennis-mix.webm')
  t.equal(film.bytes.subarray(0, 4).toString('hex'), '1a45dfa3', 'it is WebM')
  const ends = await page.evaluate(async base64 => {
    const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
    const video = document.createElement('video')
    video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/webm' }))
    video.muted = true
    const context = new OffscreenCanvas(64, 48).getContext('2d', { willReadFrequently: true })!
    const shown = new Promise(resolve => video.requestVideoFrameCallback(resolve))
    const ended = new Promise(resolve => video.addEventListener('ended', resolve, { once: true }))
    await video.play()
    await shown
    context.drawImage(video, 0, 0, 64, 48)
    const first = [...context.getImageData(0, 0, 64, 48).data]
    await ended
    context.drawImage(video, 0, 0, 64, 48)
    return { first, last: [...context.getImageData(0, 0, 64, 48).data], seconds: video.currentTime }
  }, film.bytes.toString('base64'))
  t.ok(difference(ends.first, a) < 8, `from A, compressed: ${difference(ends.first, a)}`)
  t.ok(difference(ends.last, b) < 8, `to B: ${difference(ends.last, b)}`)
  t.ok(ends.seconds > 1.5, `${ends.seconds} seconds long`)
  await page.close()
})

t.test('axe finds nothing at the mix, dark and light, wide and narrow', { skip }, async t => {
  await checkAccessEverywhere(t, visitor!, 'mix', startMixing)
  await checkAccessEverywhere(t, visitor!, 'images to choose from', async page => {
    await startMixing(page)
    await page.getByRole('button', { name: /^B / }).click()
  })
})

t.test('the browser had nothing to complain of', { skip }, async t => t.strictSame(visitor!.complaints, []))
