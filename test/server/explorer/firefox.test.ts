/** The explorer in Firefox: the same hands, the same pixels. */
import t from 'tap'
import { furthest, skip as skipChromium, startExplorer } from './browser.js'
import { skip as skipFirefox, startFirefox } from './firefox.js'

const skip = skipFirefox || skipChromium

t.test('things, handles, views and keys work in Firefox', { skip }, async t => {
  const { origin } = await startExplorer(t)
  const firefox = await startFirefox(t)
  await firefox.open(origin)
  const pixels = () => firefox.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.big')
    const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
    return data === undefined ? [] : [...data]
  })
  const until = async <T>(what: string, look: () => Promise<T>, isRight: (value: T) => boolean): Promise<T> => {
    for (let tries = 0; tries < 300; tries++) {
      const value = await look()
      if (isRight(value)) return value
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    throw new Error(`expected ${what} but it did not come in 30 s`)
  }
  const said = () => firefox.evaluate(() => document.querySelector('.status p')?.textContent)
  const before = await until('a picture', pixels, all => all.some(value => value !== 0))

  const ball = await until('the ball', () => firefox.evaluate((): [number, number] | null => {
    const box = document.querySelector('.edge')?.getBoundingClientRect()
    return box ? [box.x + box.width / 2, box.y + 20] : null
  }), place => place !== null)
  await firefox.drag(ball!, [ball![0] - 240, ball![1] + 100])
  await until('the ball to be moved', said, words => words === 'ball moved. Nothing else changed.')
  t.ok(furthest(before, await pixels()) > 40, 'a thing that is dragged moves')
  t.ok(furthest(before, await pixels(), pixel => pixel < 64) <= 6, 'and nothing at the top of the wall')

  await firefox.press('l')
  await until('six planes', () => firefox.evaluate(() => document.querySelectorAll('.plane').length), n => n === 6)
  await firefox.press('l')
  await firefox.press('x')
  await until('the mix', () => firefox.evaluate(() => document.querySelectorAll('.mix-row').length), n => n === 6)
  await firefox.press('g')

  await firefox.evaluate(() => {
    const menu = document.querySelector('select')!
    menu.value = [...menu.options].find(({ value }) => value.startsWith('digits'))!.value
    menu.dispatchEvent(new Event('change', { bubbles: true }))
  })
  const handle = () => firefox.evaluate((): [number, number] | null => {
    const box = document.querySelector('.handle.slant i')?.getBoundingClientRect()
    return box ? [box.x + box.width / 2, box.y + box.height / 2] : null
  })
  const from = await until('handles', handle, place => place !== null)
  await firefox.drag(from!, [from![0] - 80, from![1]])
  await until('another slant', said, words => words === 'Another slant; shape and style stay the same.')
  const moved = from![0] - (await handle())![0]
  t.ok(Math.abs(moved - 80) < 12, `the handle is under the pointer: ${moved.toFixed(1)} of 80 pixels`)
  t.strictSame(firefox.complaints, [], 'nothing to complain of')
})
