import t from 'tap'
import { pixelCount } from '@partition-vae/models'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import { FACTORS, GROUPS, sampleFactors, scaleFactors } from '../../../trainer/data/table-tennis/factors.js'
import { renderScene } from '../../../trainer/data/table-tennis/render.js'
import { analyseFootage } from '../../../trainer/footage/analyse.js'
import { describeAnalysis } from '../../../trainer/footage/report.js'
import { ball, blue, red, squares, type Square } from './footage.js'
import { block, movingFrames, toAndFro, type MovingThing } from './moving.js'

const centre = ({ size, rows, columns }: Square) => [
  (rows[0] + rows[1] + size[0]) / 2,
  (columns[0] + columns[1] + size[1]) / 2,
]

t.test('each moving thing is found, with its place, its size and its share, the largest first', async t => {
  const analysis = await analyseFootage(squares().dataset, { seed: 0 })
  const { things, cues, scene, steadiness, warnings } = analysis
  t.equal(things.length, 3)
  t.equal(cues.by, 'colours', 'frames without order are told apart by colours')
  t.equal(cues.by === 'colours' && cues.palette.length, 3)
  t.equal(scene.stills.length, 1)
  t.notOk(scene.gain)
  t.ok(steadiness.still > 0.85)
  t.strictSame(warnings, [])
  t.strictSame([...things].sort((a, b) => b.energy - a.energy), things)
  for (const square of [red, blue, ball]) {
    const [row, column] = centre(square) as [number, number]
    const thing = things.find(
      ({ mean }) =>
        Math.abs(mean[0] - row) < 1.5 &&
        Math.abs(mean[1] - column) < 1.5 &&
        things.every(
          other =>
            Math.hypot(mean[0] - row, mean[1] - column) <= Math.hypot(other.mean[0] - row, other.mean[1] - column)
        )
    )
    t.ok(thing, `around ${row}, ${column}`)
    thing!.extent.forEach((extent, axis) => {
      t.ok(extent >= square.size[axis]!, `${extent} for ${square.size[axis]}`)
      t.ok(extent <= square.size[axis]! + 4, `${extent} for ${square.size[axis]}`)
    })
    t.ok(
      Math.abs(Math.sqrt(thing!.variance[0]) - (square.rows[1] - square.rows[0]) / Math.sqrt(12)) < 1,
      'spread of its rows'
    )
  }
  t.strictSame(await analyseFootage(squares().dataset, { seed: 0 }), analysis, 'decided by the seed')
})

t.test('two things of one colour are told apart by where they are, and two colours that move together are one ' +
  'thing', async t => {
  const lanes = await analyseFootage(
    squares({
      squares: [
        { ...red, rows: [2, 4], columns: [2, 26] },
        { ...red, rows: [20, 22], columns: [2, 26] },
      ],
    }).dataset,
    { seed: 0 }
  )
  t.strictSame(lanes.things.map(({ mean }) => Math.round(mean[0] / 3)).sort(), [2, 8].sort())
  const place = { rows: [2, 20], columns: [2, 24] } as const
  // One random place for both: the second square is drawn as part of the first.
  const { dataset } = squares({ squares: [{ ...red, ...place }] })
  const images = new Uint8Array(dataset.count * pixelCount(dataset.shape))
  await dataset.read(Uint32Array.from({ length: dataset.count }, (_, i) => i), images)
  for (let i = 0; i < images.length; i += 3) {
    const below = i + 6 * 32 * 3
    if (images[i]! > 200 && images[i + 1]! < 60 && below < images.length && images[below]! < 150) {
      images.set([30, 50, 240], below)
    }
  }
  const joint = await analyseFootage(createMemoryDataset({ name: 'joint', shape: dataset.shape, images }), { seed: 0 })
  t.equal(joint.things.length, 1)
  t.equal(joint.cues.by === 'colours' && joint.cues.things[0]!.parts.length, 2)
  t.ok(joint.things[0]!.extent[0] > 11)
})

t.test('a scene of two states, a changing light and noise are not things that move', async t => {
  const states = await analyseFootage(squares({ state: n => Math.floor(n / 10) % 2 }).dataset, { seed: 0 })
  t.equal(states.scene.stills.length, 2)
  t.equal(states.things.length, 3)
  const lit = await analyseFootage(squares({ light: n => 0.6 + 0.4 * (n % 7) / 6 }).dataset, { seed: 0 })
  t.ok(lit.scene.gain)
  t.ok(lit.light.deviation > 0.1)
  t.equal(lit.light.ways, 1)
  t.equal(lit.things.length, 3)
  t.match(describeAnalysis(lit)[0], /brightness varies by 1\d%; 3 moving things/)
  const tint = (n: number, channel: number) => 0.8 + 0.15 * Math.sin(n / 9) + (channel - 1) * 0.1 * Math.cos(n / 9)
  const tinted = await analyseFootage(squares({ light: tint }).dataset, { seed: 0 })
  t.equal(tinted.scene.stills.length, 1, 'light of changing colour makes no further states')
  t.equal(tinted.things.length, 3)
  t.equal(tinted.light.ways, 2, 'brighter and darker, redder and bluer')
  t.match(describeAnalysis(tinted)[0], /brightness varies by 1\d%, its colour too; 3 moving things/)
  const noisy = await analyseFootage(squares({ noise: 4 }).dataset, { seed: 0 })
  t.ok(noisy.steadiness.threshold > 4 * 0.015)
  t.equal(noisy.things.length, 3)
})

t.test('players and ball of drawn table tennis before one background', async t => {
  const still = [...GROUPS.table, ...GROUPS.background, ...GROUPS.light]
  const hues = FACTORS.flatMap(({ name, group }, i) =>
    name === 'hue' && (group === 'A' || group === 'B') ? [{ i, value: group === 'A' ? 0 : 0.6 }] : []
  )
  const first = scaleFactors(sampleFactors(3, 0))
  const size = { height: 48, width: 64 }
  const count = 300
  const images = new Uint8Array(count * 48 * 64 * 3)
  for (let n = 0; n < count; n++) {
    const factors = scaleFactors(sampleFactors(3, n))
    for (const i of still) factors[i] = first[i]!
    for (const { i, value } of hues) factors[i] = value
    images.set(renderScene(factors, size).image.map(value => Math.round(255 * value)), n * 48 * 64 * 3)
  }
  const { things } = await analyseFootage(
    createMemoryDataset({ name: 'tennis', shape: { ...size, channels: 3 }, images }),
    { seed: 0 }
  )
  const near = (row: number, column: number) =>
    things.some(({ mean }) => Math.abs(mean[0] - row) < 5 && Math.abs(mean[1] - column) < 5)
  t.ok(near(37, 32), 'player A')
  t.ok(near(12, 32), 'player B')
})

t.test('what is no such footage is refused or warned of', async t => {
  await t.rejects(analyseFootage(squares({ count: 20 }).dataset, { seed: 0 }), {
    code: 'PVAE_DATA_EMPTY', message: 'expected at least 32 images to see what moves in squares but found 20',
  })
  await t.rejects(analyseFootage(squares({ squares: [] }).dataset, { seed: 0 }), {
    code: 'PVAE_DATA_EMPTY',
    message:
      /before a still background in squares but found none: 100% of the pixels look as in the still image; preset images/,
  })
  const passing = await analyseFootage(squares({ squares: [], pan: n => n * 5 }).dataset, { seed: 0 })
  t.match(passing.warnings.join(' '), /look as in the still image .* the camera seems to move/)
  const panned = await analyseFootage(squares({ pan: n => n * n % 97 }).dataset, { seed: 0 })
  t.match(panned.warnings.join(' '), /around the still image .* the camera seems to move/)
  const many = await analyseFootage(squares().dataset, { seed: 0, objects: 5 })
  t.strictSame(many.warnings, ['expected 5 moving things, as --objects says, but found 3'])
  t.equal((await analyseFootage(squares().dataset, { seed: 0, objects: 2 })).things.length, 2)
})

t.test('things that explain next to nothing of what changes are warned of', async t => {
  const runner: MovingThing = { blocks: [block(3, 3, [200, 40, 40])], corner: n => [36, toAndFro(2, 34)(n)] }
  const curtain: MovingThing = {
    blocks: [block(30, 26, [220, 220, 90])],
    corner: n => [toAndFro(1, 5)(n), toAndFro(2, 12)(n + 3)],
  }
  const { warnings } = await analyseFootage(movingFrames({ things: [curtain, runner] }).dataset, { seed: 0 })
  t.ok(warnings.some(warning => /of what changes is in none of the things/.test(warning)), warnings.join('; '))
})

t.test('a signal stops the analysis in its midst', async t => {
  const controller = new AbortController()
  const { dataset } = squares({ count: 1000 })
  const found = analyseFootage(dataset, { seed: 0, signal: controller.signal })
  // Heard at the first turn of the event loop after the frames are read: the analysis has seconds to go by then.
  setImmediate(() => controller.abort(new Error('enough')))
  await t.rejects(found, { message: 'enough' })
})
