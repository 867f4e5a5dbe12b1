/** What one can take hold of on the picture, in a real browser: judged by the pixels that come back. */
import t from 'tap'
import type { Page } from 'playwright-core'
import { frameOf } from '../../../server/explorer/core/posing.js'
import {
  checkAccessEverywhere, choose, furthest, pixelsOf, skip, startExplorer, untilChanged, type Visitor,
} from './browser.js'

const visitor: Visitor | undefined = skip === false ? await startExplorer(t) : undefined
const open: Visitor['open'] = options => visitor!.open(options)
const said = (page: Page) => page.locator('.status p[role=status]').textContent()

/** Centre of a handle on the screen. */
async function middle (page: Page, kind: string) {
  const { x, y, width, height } = (await page.locator(`.handle.${kind} i`).boundingBox())!
  return { x: x + width / 2, y: y + height / 2 }
}

t.test('handles of a posed picture follow the pointer, and the picture follows them', { skip }, async t => {
  const page = await open()
  await choose(page, 'digits')
  const moves = [['slant', -90, 0], ['width', 60, 0], ['height', 0, -25]] as const
  for (const [kind, dx, dy] of moves) {
    const before = await pixelsOf(page)
    const [from, frame] = [await middle(page, kind), frameOf(before, 28)!]
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move(from.x + dx, from.y + dy, { steps: 10 })
    const after = await untilChanged(page, before)
    const to = await middle(page, kind)
    const off = Math.hypot(to.x - from.x - dx, to.y - from.y - dy)
    t.ok(off <= 12, `${kind}: under the pointer, ${off.toFixed(1)} pixels off, where the model has pixels of 20`)
    await page.mouse.up()
    t.equal(await said(page), `Another ${kind}; shape and style stay the same.`)
    const now = frameOf(after, 28)!
    const change = { slant: now.slant - frame.slant, width: now.wide - frame.wide, height: now.high - frame.high }
    const expected = { slant: 0.3, width: 0.8, height: -0.4 }[kind]
    t.ok(change[kind] / expected > 1, `${kind} of the picture itself: ${JSON.stringify(change)}`)
    await page.keyboard.press('Escape')
    t.ok(furthest(before, await untilChanged(page, after)) <= 1, `${kind}: Esc takes it back`)
  }
  await page.close()
})

t.test('keys move a handle that has the focus, and Esc takes that back', { skip }, async t => {
  const page = await open()
  await choose(page, 'digits')
  const before = await pixelsOf(page)
  const handle = page.getByRole('slider', { name: 'Handle: slant' })
  await handle.focus()
  const from = await middle(page, 'slant')
  // At once: presses that come slower than pictures are steps of their own, and Esc takes the last one back.
  await handle.evaluate(node => {
    for (let i = 0; i < 3; i++) node.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }))
  })
  const there = await untilChanged(page, before)
  const moved = from.x - (await middle(page, 'slant')).x
  t.ok(Math.abs(moved - 60) < 12, `three pixels of the model, each 20 wide: ${moved}`)
  await page.keyboard.press('ArrowUp')
  t.equal(await said(page), 'slant: left and right only.')
  await page.keyboard.press('Escape')
  t.ok(furthest(before, await untilChanged(page, there)) <= 1, 'it is where it was')
  await page.close()
})

t.test('a pixel says which partition acts on it, a card where it acts', { skip }, async t => {
  const page = await open()
  await choose(page, 'mnist')
  const pixels = await pixelsOf(page)
  const bright = pixels.findIndex((value, i) => i % 4 === 0 && value > 200) / 4
  const box = (await page.locator('#picture').boundingBox())!
  const size = box.width / 28
  await page.locator('.thumbnail.acts').first().waitFor()
  const bars = () => page.evaluate(() => [...document.querySelectorAll<SVGPathElement>('.acting .bar-of')]
    .map(bar => bar.getTotalLength()))
  await page.mouse.move(box.x + 5, box.y + 5)
  await page.mouse.move(box.x + (bright % 28 + 0.5) * size, box.y + (Math.floor(bright / 28) + 0.5) * size)
  await page.locator('.acting').first().waitFor()
  const acting = await bars()
  t.equal(acting.length, 3, 'each card has a bar')
  t.ok(Math.max(...acting) > 10, `at the digit partitions act: ${acting}`)
  await page.mouse.move(box.x + size / 2, box.y + size / 2)
  const corner = await bars()
  t.ok(Math.max(...corner) < 5, `in the corner none does: ${corner}`)
  await page.locator('.card-head').nth(1).hover()
  const laid = await page.locator('canvas.influence').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    return { most: data.reduce((most, value, i) => i % 4 === 3 ? Math.max(most, value) : most, 0), corner: data[3]! }
  })
  t.ok(Math.abs(laid.most - 0.7 * 255) <= 1, 'where it acts most it covers 70 %')
  t.ok(laid.corner < 10, 'in the corner it covers nothing')
  await page.mouse.move(5, 5)
  t.equal(await page.locator('canvas.influence').count(), 0, 'and goes with the pointer')
  await page.locator('#picture').focus()
  await page.keyboard.press('ArrowDown')
  t.match(await said(page), /^Column 15, row 16: (p\d \d+ %(, p\d \d+ %)*|nothing acts here)\.$/, 'keys point too')
  await page.close()
})

t.test('the background changes under the hand, things in front do not', { skip }, async t => {
  const page = await open()
  const before = await pixelsOf(page)
  const box = (await page.locator('#picture').boundingBox())!
  await page.mouse.move(box.x + 30, box.y + 30)
  await page.mouse.down()
  await page.mouse.move(box.x + 330, box.y + 130, { steps: 8 })
  await page.mouse.up()
  const after = await untilChanged(page, before)
  t.ok(furthest(before, after, pixel => pixel === 0) > 12, 'the wall')
  t.equal(await said(page), 'background changed. Nothing else did.')
  await page.keyboard.press('Escape')
  t.ok(furthest(before, await untilChanged(page, after)) <= 1)
  await page.close()
})

t.test('layers pulled apart: in painting order, hovering lights, a click opens', { skip }, async t => {
  const page = await open()
  await page.locator('#picture').focus()
  await page.keyboard.press('l')
  const names = page.locator('.plane-name')
  await names.first().waitFor()
  t.strictSame((await names.allTextContents()).map(name => name.replace(/\d$/, '')).slice(0, 1), ['background'])
  const tops = await names.evaluateAll(buttons => buttons.map(button => button.getBoundingClientRect().top))
  t.strictSame(tops, tops.toSorted((a, b) => b - a), 'the hindmost is lowest')
  const planes = await page.locator('.plane').evaluateAll(all => all.map(plane => getComputedStyle(plane).transform))
  t.equal(new Set(planes).size, 6, 'six planes, each in its place')
  const wall = (await page.locator('.plane').first().boundingBox())!
  await page.mouse.move(wall.x + wall.width * 0.5, wall.y + wall.height * 0.9)
  await page.locator('.card.is-lit', { hasText: 'background' }).waitFor()
  await page.mouse.down()
  await page.mouse.up()
  await page.locator('.card.is-open', { hasText: 'background' }).waitFor()
  await names.last().focus()
  await page.keyboard.press('Enter')
  await page.locator('.card.is-open', { hasText: 'light' }).waitFor()
  await page.getByRole('button', { name: 'Pull the layers apart' }).click()
  t.equal(await page.locator('.plane').count(), 0, 'together again')
  await page.close()
})

t.test('a finger drags a thing, a second one does not disturb it', { skip }, async t => {
  const page = await open({ width: 390, height: 844, touch: true })
  const before = await pixelsOf(page)
  const from = await page.evaluate(() => {
    const { x, y, width, height } = document.querySelector('.edge')!.getBoundingClientRect()
    return { x: x + width / 2, y: y + height / 2 }
  })
  const box = (await page.locator('#picture').boundingBox())!
  const session = await page.context().newCDPSession(page)
  const touch = (type: string, ...touchPoints: Array<{ x: number, y: number, id: number }>) =>
    session.send('Input.dispatchTouchEvent', { type: type as 'touchStart', touchPoints })
  const finger = { x: from.x, y: from.y - 6, id: 1 }
  const other = { x: 60, y: 250, id: 2 }
  await touch('touchStart', finger)
  for (let i = 1; i <= 6; i++) await touch('touchMove', { ...finger, x: finger.x - 14 * i, y: finger.y + 8 * i })
  const there = { ...finger, x: finger.x - 84, y: finger.y + 48 }
  await touch('touchStart', there, other)
  for (let i = 1; i <= 4; i++) await touch('touchMove', there, { ...other, x: other.x + 20 * i })
  await touch('touchEnd', there)
  await touch('touchEnd')
  const after = await untilChanged(page, before)
  t.equal(await said(page), 'ball moved. Nothing else changed.')
  const near = (x: number, y: number, reach: number) => (pixel: number) => {
    const [column, row] = [(x - box.x) * 64 / box.width, (y - box.y) * 64 / box.width]
    return Math.hypot(pixel % 64 + 0.5 - column, Math.floor(pixel / 64) + 0.5 - row) < reach
  }
  t.ok(furthest(before, after, near(from.x, from.y, 5)) > 40, 'it left its place')
  t.ok(furthest(before, after, near(from.x - 84, from.y + 48, 5)) > 40, 'and went with the first finger')
  t.ok(furthest(before, after, near(other.x + 80, other.y, 4)) <= 6, 'not with the second')
  t.equal(await page.evaluate(() => scrollY), 0, 'and the page did not scroll')
  t.ok(furthest(before, after, pixel => pixel < 64) <= 6, 'nothing else moved')
  await page.close()
})

t.test('what one holds is let go where another view comes, and that is one step', { skip }, async t => {
  const page = await open()
  const undo = page.getByRole('button', { name: 'Undo' })
  const middleOf = async (what: string) => {
    const { x, y, width, height } = (await page.locator(what).first().boundingBox())!
    return { x: x + width / 2, y: y + height / 2 }
  }
  const holdAndLeave = async (what: string, held: string, key: string) => {
    const before = await pixelsOf(page)
    const from = await middleOf(what)
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move(from.x - 60, from.y, { steps: 6 })
    await untilChanged(page, before)
    t.ok(held === '' || await page.locator(held).count() > 0, `${what} is in hand`)
    await page.keyboard.press(key)
    await page.locator('#picture').waitFor({ state: 'detached' })
    await page.mouse.up()
    await page.keyboard.press('g')
    await page.locator('#picture').waitFor()
    await page.waitForTimeout(300)
    t.equal(await page.locator('.grabbing, .ghost, .handle.held').count(), 0, `${what} is in hand no more`)
    const prior = page.getByRole('button', { name: 'From prior' }).first()
    const moved = await pixelsOf(page)
    t.ok(furthest(before, moved) > 20, 'and stays where it went')
    await prior.click()
    await untilChanged(page, moved)
    await undo.click()
    await undo.click()
    t.ok(await undo.isDisabled(), 'one step, and one of what came after')
    t.ok(furthest(before, await untilChanged(page, moved)) <= 1)
  }
  await holdAndLeave('.edge', '.grabbing .ghost', 'm')
  await holdAndLeave('.unit input', '', 'x')
  await choose(page, 'digits')
  await holdAndLeave('.handle.slant i', '.handle.held', 'm')
  await page.close()
})

t.test('a drag ends where something else takes the picture', { skip }, async t => {
  const page = await open()
  const before = await pixelsOf(page)
  const { x, y, width, height } = (await page.locator('.edge').boundingBox())!
  await page.mouse.move(x + width / 2, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x - 60, y, { steps: 6 })
  const moved = await untilChanged(page, before)
  await page.keyboard.press('Control+z')
  t.ok(furthest(before, await untilChanged(page, moved)) <= 1, 'undone')
  await page.mouse.move(x - 90, y, { steps: 3 })
  await page.waitForTimeout(300)
  t.ok(furthest(before, await pixelsOf(page)) <= 1, 'and the hand has it no more')
  t.equal(await page.locator('.grabbing, .ghost').count(), 0)
  await page.mouse.up()
  await page.close()
})

t.test('at the first visit the ball drifts, and comes back', { skip }, async t => {
  const page = await open({ motion: true })
  await page.locator('.pill', { hasText: 'Drag the ball' }).waitFor()
  const before = await pixelsOf(page)
  await page.waitForFunction(() => document.querySelector('.ghost') !== null)
  const during = await page.waitForFunction(before => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.big')!
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    return data.some((value, i) => Math.abs(value - before[i]!) > 20)
  }, before)
  t.ok(during, 'it moves')
  await page.waitForFunction(() => document.querySelector('.ghost') === null)
  await page.waitForFunction(before => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.big')!
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    return data.every((value, i) => Math.abs(value - before[i]!) <= 1)
  }, before)
  t.ok(await page.getByRole('button', { name: 'Undo' }).isDisabled(), 'nothing to undo')
  await page.close()
})

t.test('axe finds nothing with planes and handles, dark and light, wide and narrow', { skip }, async t => {
  await checkAccessEverywhere(t, visitor!, 'planes', async page => {
    await page.keyboard.press('l')
    await page.locator('.plane-name').first().waitFor()
  })
  await checkAccessEverywhere(t, visitor!, 'handles', async page => {
    await choose(page, 'digits')
    await page.getByRole('slider', { name: 'Handle: slant' }).focus()
  })
})

t.test('the browser had nothing to complain of', { skip }, async t => t.strictSame(visitor!.complaints, []))
