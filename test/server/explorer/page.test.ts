/** The explorer in a real browser, under its policy, on the models that ship: judged by the pixels of the picture. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import {
  checkAccessEverywhere, choose, furthest, pixelsOf, show, skip, slide, startExplorer, startProxy, untilChanged,
  untilDrawn, type Visitor,
} from './browser.js'

const visitor: Visitor | undefined = skip === false ? await startExplorer(t) : undefined
const open: Visitor['open'] = options => visitor!.open(options)

t.test('a slider redraws the picture, a double-click brings it back, undo and redo follow', { skip }, async t => {
  const page = await open()
  for (const [model, unit] of [['digits', 'pose, slant'], ['mnist', 'p2, unit 1']] as const) {
    await choose(page, model)
    const before = await pixelsOf(page)
    await slide(page, unit, 0.95)
    const after = await untilChanged(page, before)
    t.ok(furthest(before, after) > 40, `${model}: the picture is another`)
    await page.getByRole('slider', { name: unit }).dblclick()
    const back = await untilChanged(page, after)
    t.ok(furthest(before, back) <= 1, 'a double-click brings the unit back')
    await page.keyboard.press('Control+z')
    t.ok(await page.getByRole('button', { name: 'Redo' }).isEnabled(), 'something can be redone')
  }
  await page.close()
})

t.test('whatever the speed, the last value is what is drawn', { skip }, async t => {
  const page = await open()
  await choose(page, 'digits')
  const before = await pixelsOf(page)
  for (let i = 0; i <= 60; i++) await slide(page, 'pose, slant', i / 60)
  const last = await untilChanged(page, before)
  await page.reload()
  await page.locator('.card').first().waitFor()
  t.ok(furthest(last, await untilChanged(page, [])) <= 1, 'the link in the address draws the same')
  await page.close()
})

t.test('the ball goes where the hand takes it, and nothing else moves', { skip }, async t => {
  const page = await open()
  const stage = page.locator('#picture')
  const box = (await stage.boundingBox())!
  const scale = box.width / 64
  const ball = () => page.evaluate(() => {
    const { x, y, width, height } = document.querySelector<SVGPathElement>('.edge')!.getBBox()
    return { x, y, width, height }
  })
  const centre = (at: { x: number, y: number, width: number, height: number }) =>
    ({ x: at.x + at.width / 2, y: at.y + at.height / 2 })
  const dragTo = async (x: number, y: number) => {
    const before = await pixelsOf(page)
    const from = await ball()
    const start = { x: from.x + from.width / 2, y: from.y + 2 }
    const offset = { x: centre(from).x - start.x, y: centre(from).y - start.y }
    await page.mouse.move(box.x + start.x * scale, box.y + start.y * scale)
    await page.mouse.down()
    await page.mouse.move(box.x + (x - offset.x) * scale, box.y + (y - offset.y) * scale, { steps: 12 })
    await page.mouse.up()
    return { before, after: await untilChanged(page, before), from, to: await ball() }
  }
  const first = await dragTo(12, 10)
  t.match(await page.getByRole('status').first().textContent(), 'ball moved. Nothing else changed.')
  const second = await dragTo(52, 34)
  const [start, end] = [centre(second.from), centre(second.to)]
  t.ok(Math.hypot(start.x - 12, start.y - 10) < 4, `it is in the first corner: ${JSON.stringify(start)}`)
  t.ok(Math.hypot(end.x - 52, end.y - 34) < 4, `then in the other: ${JSON.stringify(end)}`)
  const inside = ({ x, y, width, height }: typeof second.from, pixel: number, margin: number) => {
    const [px, py] = [pixel % 64 + 0.5, Math.floor(pixel / 64) + 0.5]
    return px > x - margin && px < x + width + margin && py > y - margin && py < y + height + margin
  }
  const { before, after, from, to } = second
  t.ok(furthest(before, after, pixel => inside(to, pixel, 0)) > 40, 'the pixels where it came')
  t.ok(furthest(before, after, pixel => inside(from, pixel, 0)) > 40, 'the pixels that it left')
  const elsewhere = furthest(before, after, pixel => !inside(from, pixel, 3) && !inside(to, pixel, 3))
  t.ok(elsewhere <= 6, `all else is as it was, within ${elsewhere} of 255`)
  await page.keyboard.press('Control+z')
  t.ok(furthest(before, await untilChanged(page, after)) <= 1, 'a drag is one step of undo')
  await page.keyboard.press('Control+z')
  t.ok(furthest(first.before, await untilChanged(page, before)) <= 1, 'and so is the one before')
  await page.close()
})

t.test('arrow keys move the thing that was taken, layers hide and stand alone', { skip }, async t => {
  const page = await open()
  const before = await pixelsOf(page)
  await page.locator('#picture').focus()
  await page.keyboard.press('1')
  await page.keyboard.press('Shift+ArrowLeft')
  const moved = await untilChanged(page, before)
  t.ok(furthest(before, moved) > 40)
  await page.getByRole('button', { name: 'Hide player A' }).click()
  const hidden = await untilChanged(page, moved)
  t.ok(furthest(moved, hidden) > 40, 'what is behind shows')
  await page.getByRole('button', { name: 'Only table' }).click()
  const alone = await untilChanged(page, hidden)
  t.ok(alone.filter((_, i) => i % 4 === 3).includes(0), 'alone it stands on nothing')
  await page.close()
})

t.test('on a phone the images stay where they are whatever is said, clear of the status', { skip }, async t => {
  const page = await open({ width: 390, height: 844, touch: true })
  const place = async () => {
    const status = await page.locator('.pinned').boundingBox()
    const strip = await page.locator('.example').first().boundingBox()
    return { top: strip!.y, gap: strip!.y - status!.y - status!.height }
  }
  const { top, gap } = await place()
  t.ok(gap >= 4, `the ring around an image has room: ${gap}`)
  const before = await pixelsOf(page)
  await page.locator('#picture').focus()
  await page.keyboard.press('3')
  await page.keyboard.press('Shift+ArrowDown')
  await page.getByText('table moved up and down. Nothing else changed.').waitFor()
  await untilChanged(page, before)
  t.equal((await place()).top, top)
  await page.getByRole('button', { name: 'Only table' }).click()
  t.equal((await place()).top, top, 'with every button that there is')
  await page.close()
})

t.test('that not all is shown is said wherever the picture is, with a way back', { skip }, async t => {
  const page = await open()
  const before = await pixelsOf(page)
  await page.getByRole('button', { name: 'Only table' }).click()
  await untilChanged(page, before)
  await page.waitForFunction(() => location.hash.includes('o=p3'))
  await page.reload()
  await untilDrawn(page)
  t.equal(await page.getByRole('status').first().textContent(), 'Only the table is shown.', 'by the link too')
  await show(page, 'Map')
  const hand = page.getByRole('region', { name: 'Picture' })
  t.match(await hand.textContent(), 'Only the table is shown.')
  await hand.getByRole('button', { name: 'Show all' }).click()
  t.equal(await page.getByText('Only the table').count(), 0)
  await show(page, 'Play')
  await untilDrawn(page)
  t.ok(furthest(before, await untilChanged(page, [])) <= 1)
  t.equal(await page.getByRole('button', { name: 'Show all' }).count(), 0)
  await page.close()
})

t.test('a link restores what is seen in a fresh profile', { skip }, async t => {
  const page = await open()
  const before = await pixelsOf(page)
  await slide(page, 'ball, left – right', 0.7)
  await page.getByRole('button', { name: 'Hide table' }).click()
  const seen = await untilChanged(page, before)
  await page.waitForFunction(() => location.hash.includes('h=p3'))
  const { hash } = new URL(page.url())
  await page.close()
  t.ok(hash.length < 400, `${hash.length} letters`)
  const other = await open({ path: `/${hash}` })
  t.ok(furthest(seen, await pixelsOf(other)) <= 1)
  const gone = await visitor!.open()
  await gone.evaluate(() => { location.hash = 'm=gone&v=3&z=AAAAAA' })
  await gone.getByText('This link needs gone v3, which is not served.').waitFor()
  await gone.close()
  const late = await visitor!.open()
  await late.evaluate(own => {
    location.hash = 'm=gone&v=3&z=AAAAAA'
    history.replaceState(null, '', own)
  }, late.url())
  await late.getByText('This link needs gone v3, which is not served.').waitFor()
  await late.close()
  await other.close()
})

t.test('a link that was cut, or edited, opens what there is of it', { skip }, async t => {
  const page = await open()
  await page.waitForFunction(() => location.hash.includes('z='))
  const { hash } = new URL(page.url())
  await page.close()
  for (const [edited, words] of [
    [hash.replace(/z=.*?(&|$)/, 'z=AAA$1'), 'This link is not whole'],
    [hash.replace('m=table-tennis', 'm=gone'), 'This link needs gone v3, which is not served.'],
    [`${hash.replace(/&p=\w+/, '')}&p=nobody&s=999999&o=nobody`, 'This picture is 20 numbers in 6 groups.'],
  ] as const) {
    const other = await open({ path: `/${edited}` })
    await other.getByText(words).waitFor()
    t.equal(await other.locator('.card').count(), 6, `${words} All cards are there`)
    await other.close()
  }
})

t.test('an image is encoded; what is none is refused in words', { skip }, async t => {
  const page = await open()
  await choose(page, 'digits')
  const before = await pixelsOf(page)
  const input = page.locator('input[type=file]')
  const buffer = readFileSync(new URL('../../fixtures/digit.png', import.meta.url))
  await input.setInputFiles({ name: 'digit.png', mimeType: 'image/png', buffer })
  await untilChanged(page, before)
  t.match(await page.getByRole('status').first().textContent(), 'Shown as the model gets it: 28 × 28.')
  await page.getByText('Difference × 4').waitFor()
  await input.setInputFiles({ name: 'words.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') })
  t.match(await page.getByRole('alert').textContent(), 'Not a PNG, JPEG or WebP.')
  await page.close()
})

t.test('a service that goes away is waited for', { skip }, async t => {
  const page = await open()
  await page.route('**/layers*', route => route.abort())
  await slide(page, 'ball, left – right', 0.7)
  t.match(await page.getByRole('alert').textContent(), 'The service is away. Trying again in 3 s.')
  const before = await pixelsOf(page)
  await page.unroute('**/layers*')
  await untilChanged(page, before)
  t.match(await page.getByRole('status').first().textContent(), 'And back.')
  t.equal(await page.getByRole('alert').count(), 0)
  await page.close()
})

t.test('behind a proxy that takes a prefix off', { skip }, async t => {
  const page = await open({ path: `${await startProxy(t, visitor!.origin, '/pvae')}/` })
  const before = await pixelsOf(page)
  await slide(page, 'ball, left – right', 0.8)
  t.ok(furthest(before, await untilChanged(page, before)) > 40, 'it draws')
  await page.close()
})

t.test('axe finds nothing in dark and light, wide and narrow', { skip }, async t => {
  await checkAccessEverywhere(t, visitor!, 'table-tennis', page => page.locator('.verdict').waitFor())
  await checkAccessEverywhere(t, visitor!, 'digits', async page => {
    await choose(page, 'digits')
    await page.locator('.verdict').waitFor()
  })
})

t.test('the browser had nothing to complain of but what was refused', { skip }, async t => {
  t.strictSame(visitor!.complaints.filter(text => !/status of (400|415|422)|ERR_FAILED/.test(text)), [])
})
