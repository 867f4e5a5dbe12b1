/** Ten actions of different kinds are undone and done again, one by one: judged by the pixels after each. */
import t from 'tap'
import type { Page } from 'playwright-core'
import {
  furthest, pixelsOf, show, skip, slide, startExplorer, untilChanged, untilDrawn, type Visitor,
} from './browser.js'

const visitor: Visitor | undefined = skip === false ? await startExplorer(t) : undefined

const press = (name: string) => async (page: Page) => await page.getByRole('button', { name, exact: true }).click()

async function dragBall (page: Page): Promise<void> {
  const stage = (await page.locator('#picture').boundingBox())!
  const ball = await page.evaluate(() => {
    const { x, y, width } = document.querySelector<SVGPathElement>('.edge')!.getBBox()
    return { x: x + width / 2, y: y + 2 }
  })
  const at = (x: number, y: number) => [stage.x + x * stage.width / 64, stage.y + y * stage.height / 48] as const
  await page.mouse.move(...at(ball.x, ball.y))
  await page.mouse.down()
  await page.mouse.move(...at(12, 10), { steps: 8 })
  await page.mouse.up()
  await page.mouse.move(0, 0)
}

/** Waits until the picture is this one, within what rounding does. */
const untilIs = (page: Page, pixels: readonly number[]) => page.waitForFunction(pixels => {
  const canvas = document.querySelector<HTMLCanvasElement>('canvas.big')
  const now = canvas?.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data
  return now?.every((value, i) => Math.abs(value - pixels[i]!) <= 1)
}, pixels)

const ACTIONS: ReadonlyArray<readonly [string, (page: Page) => Promise<unknown>]> = [
  ['drag', dragBall],
  ['slider', page => slide(page, 'ball, left – right', 0.9)],
  ['arrow key', async page => {
    await page.locator('#picture').focus()
    await page.keyboard.press('1')
    await page.keyboard.press('Shift+ArrowRight')
  }],
  ['scale', async page => {
    await page.getByRole('slider', { name: 'Scale player A' }).focus()
    await slide(page, 'Scale player A', 0)
    await page.getByRole('slider', { name: 'Scale player A' }).blur()
  }],
  ['reset', press('Reset player A, left – right')],
  ['draw of the prior', press('From prior')],
  ['cell of a traversal', async page => {
    await show(page, 'Traverse')
    await page.getByRole('gridcell', { name: 'table, hue: 2.5 deviations' }).getByRole('button').click()
    await untilDrawn(page)
  }],
  ['another image', page => page.locator('.example').nth(3).click()],
  ['hide', press('Hide table')],
  ['alone', press('Only background')],
]

t.test('ten actions, undone and done again', { skip }, async t => {
  const page = await visitor!.open()
  const states = [await pixelsOf(page)]
  for (const [name, act] of ACTIONS) {
    const before = states.at(-1)!
    await act(page)
    const after = await untilChanged(page, before).catch(() => { throw new Error(`${name} changed nothing`) })
    t.ok(furthest(before, after) > 5, name)
    states.push(after)
  }
  for (let i = ACTIONS.length - 1; i >= 0; i--) {
    await page.keyboard.press('Control+z')
    await untilIs(page, states[i]!)
    t.pass(`undone: ${ACTIONS[i]![0]}`)
  }
  t.ok(await page.getByRole('button', { name: 'Undo' }).isDisabled(), 'there was nothing else')
  for (let i = 0; i < ACTIONS.length; i++) {
    await page.keyboard.press('Control+Shift+z')
    await untilIs(page, states[i + 1]!)
    t.pass(`done again: ${ACTIONS[i]![0]}`)
  }
  t.strictSame(visitor!.complaints, [])
})
