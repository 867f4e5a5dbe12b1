import t from 'tap'
import { borderColour } from '../../../../trainer/model/slots/background.js'
import { runEagerly } from '../../../helpers/compare-engines.js'

/** Colours a picture of 12 × 10 by position; [1, 3, 12, 10]. */
function picture (colourAt: (row: number, column: number) => readonly number[]) {
  const values = new Float32Array(3 * 12 * 10)
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < 120; i++) values[c * 120 + i] = colourAt(Math.floor(i / 10), i % 10)[c]!
  }
  return { shape: [1, 3, 12, 10], values }
}
async function colourOf (colourAt: Parameters<typeof picture>[0]): Promise<number[]> {
  const { colour } = await runEagerly(({ image }) => ({ colour: borderColour(image!) }), { image: picture(colourAt) })
  return [...colour!.values]
}
const isNear = (found: readonly number[], expected: readonly number[]) =>
  found.every((value, c) => Math.abs(value - expected[c]!) < 2e-3)

t.test('finds the colour of most of the border', async t => {
  const [ground, thing] = [[0.2, 0.5, 0.7], [0.9, 0.1, 0.3]] as const
  t.ok(isNear(await colourOf(() => ground), ground), 'a uniform picture')
  t.ok(isNear(await colourOf((row, column) => row > 2 && row < 9 && column > 2 && column < 7 ? thing : ground), ground),
    'a thing in the middle')
  t.ok(isNear(await colourOf((_, column) => column < 4 ? thing : ground), ground), 'a thing that crosses the border')
})

t.test('a slightly different colour beside it does not pull it away', async t => {
  const [ground, near] = [[0.5, 0.5, 0.5], [0.65, 0.5, 0.5]] as const
  const [red] = await colourOf((row, column) => row < 3 && column < 5 ? near : ground)
  t.ok(Math.abs(red! - 0.5) < 0.02, String(red))
})
