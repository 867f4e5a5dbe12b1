import t from 'tap'
import { chooseAxes, placeLatent, placeSample, principalDirections } from '../../../../server/explorer/core/map-axes.js'
import type { Sample } from '../../../../server/explorer/core/sample.js'

const sampleOf = (rows: number[][]): Sample => ({
  count: rows.length,
  data: 'drawn',
  index: Uint32Array.from(rows.keys()),
  mean: Float32Array.from(rows.flat()),
  squaredError: new Float32Array(rows.length),
  logVariance: new Float32Array(rows[0]!.length),
  factors: [],
  sheet: { type: 'image/webp', columns: 1, width: 1, height: 1 },
  sheetBytes: new Uint8Array(0),
})
const unit = (at: number, deviation = 1) => ({ at, deviation, name: `unit ${at + 1}` })
const near = (a: number, b: number) => Math.abs(a - b) < 1e-4

t.test('a thing with a place lies as it does in the picture', async t => {
  // Unit 0 moves it 8 pixels up, unit 1 moves it 6 to the left; unit 2 is its look.
  const sample = sampleOf([[0, 0, 5], [1, 0, -5], [0, 1, 0], [-1, -1, 0]])
  const placing = { units: [0, 1], slopes: [{ x: 0, y: -8 }, { x: -6, y: 0 }] }
  const axes = chooseAxes(sample, [unit(0), unit(1), unit(2)], placing)
  t.equal(axes.isPicture, true)
  t.equal(axes.across.name, 'left – right in the picture')
  const [first, up, left] = [[0, 0, 5], [1, 0, -5], [0, 1, 0]].map(latent => placeLatent(axes, latent))
  t.ok(up!.y < first!.y && near(up!.x, first!.x), 'up is up, whatever its look')
  t.ok(left!.x < first!.x && near(left!.y, first!.y), 'left is left')
  const places = placeSample(axes, sample)
  t.ok(near(places[2]!, up!.x) && near(places[3]!, up!.y), 'the sample lies where its latents do')
})

t.test('a thing on a line has what else varies most on the other axis', async t => {
  const sample = sampleOf([[0, 0, 0], [1, 2, 3]])
  const placing = { units: [1], slopes: [{ x: 0.1, y: 5 }] }
  const axes = chooseAxes(sample, [unit(0, 0.5), unit(1, 3), unit(2, 2)], placing)
  t.equal(axes.isPicture, false)
  t.equal(axes.down!.name, 'up – down in the picture')
  t.equal(axes.across.name, 'unit 3')
  const alone = chooseAxes(sample, [unit(1)], { units: [1], slopes: [{ x: 0, y: 5 }] })
  t.equal(alone.across.name, 'up – down in the picture')
  t.equal(alone.down, undefined, 'the only unit is the only axis')
})

t.test('two units are taken as they are, one is spread', async t => {
  const sample = sampleOf([[-1, 4], [1, 8]])
  const axes = chooseAxes(sample, [unit(0), unit(1, 2)], undefined)
  t.strictSame([axes.across.name, axes.down!.name], ['unit 1', 'unit 2'])
  t.strictSame([...placeSample(axes, sample)], [-1, -1, 1, 1])
  const one = chooseAxes(sample, [unit(0)], undefined)
  const places = placeSample(one, sample)
  t.equal(one.down, undefined)
  t.ok(places[1] !== places[3], 'points do not hide one another')
})

t.test('more units lie along their principal directions', async t => {
  // Most along (0, 3, 4) / 5, then along unit 0; nothing along the rest.
  const rows = Array.from({ length: 40 }, (_, n) => {
    const [a, b] = [Math.sin(n) * 5, Math.cos(n * 1.7) * 2]
    return [b, a * 0.6, a * 0.8]
  })
  const sample = sampleOf(rows)
  const [first, second] = principalDirections(sample, [0, 1, 2])
  t.ok(first!.weights.every((weight, i) => Math.abs(weight - [0, 0.6, 0.8][i]!) < 0.1), `${first!.weights}`)
  t.ok(Math.abs(second!.weights[0]!) > 0.95, `${second!.weights}`)
  t.ok(first!.share > second!.share)
  t.ok(near(first!.share + second!.share, 1), 'the shares are of all variance')
  const axes = chooseAxes(sample, [unit(0), unit(1), unit(2)], undefined)
  t.match(axes.across.name, /^principal direction 1, \d\d % of the variance$/)
  const places = placeSample(axes, sample)
  const product = rows.reduce((sum, _, n) => sum + places[n * 2]! * places[n * 2 + 1]!, 0)
  t.ok(Math.abs(product / rows.length) < 0.05, 'they do not go along with one another')
})
