import t from 'tap'
import { blendOf } from '../../../../trainer/footage/colours/blend.js'
import { findBlobs } from '../../../../trainer/footage/colours/blobs.js'
import { frameAt, sampleFrames } from '../../../../trainer/footage/frames.js'
import { kMeans, nearest, squaredDistance } from '../../../../trainer/measure/k-means.js'
import { classifyColours, kindOf } from '../../../../trainer/footage/colours/kinds.js'
import { findPalette } from '../../../../trainer/footage/colours/palette.js'
import { medianOf, quantile, robustDeviation } from '../../../../trainer/footage/quantiles.js'
import { behindOf, findScene, lightOf, medianImage } from '../../../../trainer/footage/scene.js'
import { createRandom } from '../../../../trainer/random/index.js'
import { ball, blue, red, squares } from '../footage.js'
import { createPause } from '../../../../trainer/footage/pause.js'

const pause = createPause()

t.test('quantiles, and a deviation that outliers do not move', async t => {
  t.equal(quantile([3, 1, 2, 5, 4], 0), 1)
  t.equal(medianOf([3, 1, 2, 5, 4]), 3)
  t.equal(quantile([3, 1, 2, 5, 4], 1), 5)
  const normal = Array.from(createRandom(0, 'normal').fillNormal(new Float32Array(4000)), value => 2 * value)
  t.ok(Math.abs(robustDeviation([...normal, 1e6]) - 2) < 0.1)
})

t.test('k-means finds clusters that are apart, and no more centres than there are points', async t => {
  const random = createRandom(0, 'points')
  const points = Array.from({ length: 90 }, (_, i) => [10 * (i % 3) + random.normal(), -5 * (i % 3) + random.normal()])
  const { centres, assignment, cost } = await kMeans(points, 3, random, pause)
  t.strictSame(centres.map(([x]) => Math.round(x! / 10)).sort(), [0, 1, 2])
  t.ok(points.every((point, i) => assignment[i] === nearest(point, centres)))
  t.ok(
    Math.abs(cost - points.reduce((sum, point, i) => sum + squaredDistance(point, centres[assignment[i]!]!), 0)) <
      1e-9
  )
  t.equal((await kMeans([[1], [1], [2]], 5, random, pause)).centres.length, 2)
})

t.test('a blend is explained by its colour, whatever lies behind it', async t => {
  const [colour, behind] = [[1, 0.2, 0], [0.1, 0.5, 0.3]] as const
  const difference = colour.map((value, c) => 0.4 * (value - behind[c]!))
  const square = squaredDistance(difference, [0, 0, 0])
  const { alpha, cost } = blendOf(difference, square, colour, behind, 0, 1)
  t.ok(Math.abs(alpha - 0.4) < 1e-12)
  t.ok(Math.abs(cost - square * 0.002 * 0.36) < 1e-12, 'only faintness costs')
  t.equal(blendOf(difference, square, behind, behind, 0, 1).alpha, 0.1, 'a colour like what is behind explains nothing')
})

t.test('the still image is the median, and frames know which of several they show', async t => {
  const { dataset } = squares({ count: 61, squares: [red] })
  const empty = squares({ count: 40, squares: [] }).dataset
  const [frames, background] = [await sampleFrames(dataset, 0, 100), await sampleFrames(empty, 0, 1000)]
  t.strictSame(await medianImage(frames, Array.from({ length: 61 }, (_, n) => n), pause), frameAt(background, 0))
  t.equal((await sampleFrames(dataset, 0, 50)).count, 50)
  t.strictSame(await sampleFrames(dataset, 5, 50), await sampleFrames(dataset, 5, 50))
  const half = frameAt(background, 0).map(value => value / 2)
  for (const factor of lightOf(half, frameAt(background, 0), 3)) t.ok(Math.abs(factor - 0.5) < 0.01)
  t.strictSame(lightOf(half, new Uint8Array(half.length), 3), [1, 1, 1], 'nothing to compare with in the dark')
  const still = new Uint8Array(300).fill(100)
  const tinted = Uint8Array.from(still, (_, i) => [120, 100, 80][i % 3]!)
  t.strictSame(lightOf(tinted, still, 3), [1.2, 1, 0.8], 'each channel has its own')
  const blueless = Uint8Array.from(still, (_, i) => i % 3 === 2 ? 5 : 100)
  t.ok(
    Math.abs(lightOf(tinted, blueless, 3)[2]! - (120 + 100 + 80) / 205) < 1e-6,
    'a dark channel is as bright as all together'
  )
  const states = await sampleFrames(
    squares({ count: 60, squares: [ball], state: n => (n % 3 === 0 ? 1 : 0) }).dataset,
    0,
    100
  )
  const scene = await findScene(states, false, 0, pause)
  t.equal(scene.stills.length, 2)
  for (let n = 0; n < 60; n++) {
    t.equal(scene.stills.indexOf(behindOf(frameAt(states, n), scene).still), n % 3 === 0 ? 1 : 0)
  }
})

t.test('blobs have the exact centre and area of what is drawn with soft edges', async t => {
  const { dataset, centres } = squares({ count: 120 })
  const frames = await sampleFrames(dataset, 0, 200)
  const scene = await findScene(frames, false, 0, pause)
  const palette = await findPalette(frames, scene, 0.04, 0, pause)
  const colourOf = ({ colour }: typeof red) => nearest(colour.map(value => value / 255), palette)
  t.strictSame(new Set([red, blue, ball].map(colourOf)).size, 3)
  let compared = 0
  for (let n = 0; n < 120; n++) {
    const blobs = findBlobs(frameAt(frames, n), { scene, threshold: 0.04, palette })
    for (const [s, square] of [red, blue].entries()) {
      const own = blobs.filter(({ colour, area }) => colour === colourOf(square) && area > 20)
      // The ball hides a little of what it lies over.
      if (own.length !== 1 || Math.abs(own[0]!.area - square.size[0] * square.size[1]) > 1) continue
      compared++
      t.ok(Math.hypot(own[0]!.row - centres[n]![s]![0], own[0]!.column - centres[n]![s]![1]) < 0.3)
    }
  }
  t.ok(compared > 120, `${compared}`)
  t.strictSame(
    await findPalette(await sampleFrames(squares({ count: 40, squares: [] }).dataset, 0, 40), scene, 0.04, 0, pause),
    []
  )
})

t.test('specks beside a thing of their colour are debris', async t => {
  const blob = (area: number, row: number) => ({
    colour: 0,
    row,
    column: 8,
    top: row,
    left: 8,
    height: 2,
    width: 2,
    area,
    energy: area,
  })
  const frames = Array.from({ length: 20 }, (_, n) => [
    blob(4, 2 + (n % 10)),
    blob(0.5, 2 + (n % 10)),
    blob(0.5, 2 + (n % 10)),
  ])
  const shape = { height: 16, width: 16, channels: 3 }
  const [found, none] = await classifyColours(frames, 2, shape, 0, pause)
  t.equal(found!.centres.length, 1)
  t.equal(kindOf(frames[0]![0]!, found!, shape), 0)
  t.equal(kindOf(frames[0]![1]!, found!, shape), -1)
  t.equal(none!.centres.length, 1)
})
