/** What the page keeps, in a real browser: pictures that have gone by are not among it. */
import t from 'tap'
import type { CDPSession, Page } from 'playwright-core'
import { choose, show, skip, startExplorer, type Visitor } from './browser.js'

const visitor: Visitor | undefined = skip === false ? await startExplorer(t) : undefined

/** Milliseconds between moves: each is drawn. */
const PACE = 30
const MOVES = 120
/** In MB. A kept picture of table tennis with its layers has 0.07 MB: 120 of them are 8 MB. */
const LITTLE = 2

/** MB of what scripts hold and of their buffers, after all that can be freed has been. */
async function measure (session: CDPSession): Promise<number> {
  for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage')
  const usage = await session.send('Runtime.getHeapUsage') as { usedSize: number, backingStorageSize: number }
  return (usage.usedSize + usage.backingStorageSize) / 1e6
}

const slideOften = (page: Page, slider: string) => page.evaluate(async ({ slider, moves, pace }) => {
  const input = document.querySelector<HTMLInputElement>(slider)!
  const [least, most] = [Number(input.min), Number(input.max)]
  for (let i = 0; i < moves; i++) {
    input.value = String(least + (i % 60) / 60 * (most - least))
    input.dispatchEvent(new Event('input', { bubbles: true }))
    await new Promise(resolve => setTimeout(resolve, pace))
  }
}, { slider, moves: MOVES, pace: PACE })

t.test('moving a slider for long keeps no pictures', { skip }, async t => {
  const page = await visitor!.open()
  const session = await page.context().newCDPSession(page)
  const check = async (where: string, slider: string) => {
    await page.locator(slider).first().waitFor()
    await slideOften(page, slider) // what is made once, and fills the steps of undo
    const before = await measure(session)
    await slideOften(page, slider)
    const grown = await measure(session) - before
    t.ok(grown < LITTLE, `${where}: ${grown.toFixed(2)} MB more`)
  }
  await check('layers', '.unit input')
  await show(page, 'Mix')
  await check('a mix', '.mix-row input')
  await show(page, 'Play')
  await choose(page, 'digits')
  await check('without layers', '.unit input')
  await page.close()
})

t.test('the browser had nothing to complain of', { skip }, async t => t.strictSame(visitor!.complaints, []))
