import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { pixelCount } from '@partition-vae/models'
import { applyOverrides, type Override } from '../../../trainer/config/overrides.js'
import { findPreset } from '../../../trainer/config/presets.js'
import { completeRequest } from '../../../trainer/config/resolve-request.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { analyseFootage } from '../../../trainer/footage/analyse.js'
import { createLocate } from '../../../trainer/footage/locate.js'
import { proposeConfig } from '../../../trainer/footage/propose.js'
import { describeAnalysis, writeAnalysis } from '../../../trainer/footage/report.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { keyPointPartitions } from '../../../trainer/objective/key-points.js'
import { ball, red, squares } from './footage.js'
import { block, movingFrames, toAndFro } from './moving.js'

const footage = squares()
const { dataset, centres } = footage
const analysis = await analyseFootage(dataset, { seed: 0 })
const proposal = proposeConfig(analysis, { count: 300, batchSize: 24 })
const complete = (...overrides: Override[]) =>
  completeRequest(
    {
      preset: 'footage',
      images: { directory: 'frames' },
      overrides: [['data.height', 32], ['data.width', 32], ...overrides],
    },
    proposal
  )

t.test('the config that footage proposes is whole, and what is asked for wins over it', async t => {
  const config = complete()
  t.strictSame(
    config.model.partitions.map(part => 'kind' in part && part.kind),
    ['sprite', 'sprite', 'sprite', 'background']
  )
  t.ok(createNetwork(config.model, dataset.shape))
  t.strictSame(parseRunConfig(JSON.parse(JSON.stringify(config))), config)
  t.equal(config.objective.betaWarmup, 0.6, 'the preset\'s')
  t.match(config.model, { architecture: 'layered', encoder: { hidden: 64, poolRows: 8 } })
  const changed = complete(['fit.epochs', 7], ['model.partitions.0.size', 6], ['objective.keyPoints.weight', 3])
  t.equal(changed.model.partitions[0]!.size, 6)
  t.equal(changed.objective.keyPoints!.weight, 3)
  t.equal(changed.fit.epochs, 7)
  t.throws(() => createNetwork(complete(['model.partitions.0.rows', 40]).model, dataset.shape), {
    code: 'PVAE_CONFIG_INVALID',
    message: /cells within the image's 32 pixels.* for model.partitions\[0\].rows but received 40/,
  })
  t.equal(
    proposeConfig(analysis, { count: 300, batchSize: 24, epochs: 2 }).model.partitions.flatMap(part =>
      'activeFrom' in part ? [part.activeFrom] : []
    )[0],
    3
  )
})

t.test('light that changes asks for a gain, states for a background that changes', async t => {
  const lit = proposeConfig(
    await analyseFootage(squares({ light: n => 0.6 + (0.4 * (n % 7)) / 6 }).dataset, { seed: 0 }),
    { count: 300, batchSize: 24 }
  )
  t.equal(lit.model.partitions.at(-1)!.kind, 'gain')
  t.ok(lit.objective.keyPoints.gain)
  const states = proposeConfig(await analyseFootage(squares({ state: n => n % 2 }).dataset, { seed: 0 }), {
    count: 300,
    batchSize: 24,
  })
  const behind = states.model.partitions.at(-1)!
  t.match(behind, { kind: 'background', size: 1 })
  t.equal('changes' in behind && behind.changes.length, 1)
  t.equal(states.objective.keyPoints.stills?.length, 2)
})

t.test('things are located where they are, or not at all', async t => {
  const { keyPoints } = complete().objective
  const partitions = keyPointPartitions(keyPoints!)
  const images = new Uint8Array(300 * pixelCount(dataset.shape))
  await dataset.read(Uint32Array.from({ length: 300 }, (_, i) => i), images)
  const points = createLocate(keyPoints!, dataset.shape, 300)(images, Uint32Array.from({ length: 300 }, (_, i) => i))
  // Which thing is which square, by the partitions' places.
  const squareOf = [0, 1, 2].map(t => [red, undefined, ball].map((_, s) => {
    const near = Array.from({ length: 300 }, (_, n) => n).filter(
      n =>
        points[(n * 3 + t) * 3 + 2] === 1 &&
        Math.hypot(
          points[(n * 3 + t) * 3]! * 32 - centres[n]![s]![0],
          points[(n * 3 + t) * 3 + 1]! * 32 - centres[n]![s]![1]
        ) < 1
    )
    return near.length
  }))
  squareOf.forEach((counts, index) => {
    const known = Array.from({ length: 300 }, (_, n) => points[(n * 3 + index) * 3 + 2]!).reduce(
      (sum, value) => sum + value,
      0
    )
    t.ok(known > 150, `${partitions[index]} is known in ${known} frames`)
    t.ok(Math.max(...counts) > 0.85 * known, `and where it is said to be in ${Math.max(...counts)}`)
  })
  t.ok(
    createLocate(
      keyPoints!,
      dataset.shape,
      300
    )(new Uint8Array(3072).fill(128), Uint32Array.of(0)).every(value => Number.isFinite(value))
  )
  t.throws(() => createLocate({ ...keyPoints!, stills: ['eJw='] }, dataset.shape, 300), {
    code: 'PVAE_CONFIG_INVALID',
    message: /of a 32×32×3 image in Base64 for objective.keyPoints.stills\[0\]/,
  })
})

t.test('key points that do not fit the model are refused', async t => {
  const whole = JSON.parse(JSON.stringify(complete()))
  const at = 'objective.keyPoints.colours.0'
  const cases: ReadonlyArray<readonly [string, unknown, RegExp]> = [
    [`${at}.weights`, [1, 2], /4 factors for objective.keyPoints.colours\[0\].weights/],
    [`${at}.centres`, [[1]], /4 numbers for each kind/],
    [`${at}.areas`, [1, 2, 3, 4, 5, 6, 7], /one for each kind/],
    [`${at}.parts`, [{ kind: 9, partition: 'p1', row: 0, column: 0 }], /kinds below/],
    [`${at}.parts`, [{ kind: 0, partition: 'p4', row: 0, column: 0 }], /names of sprites \(p1, p2, p3\)/],
    ['model.attention.learned', 0, /more than 0 with objective.keyPoints/],
  ]
  for (const [path, value, message] of cases) {
    t.throws(() => parseRunConfig(applyOverrides(whole, [[path, value]])), { code: 'PVAE_CONFIG_INVALID', message })
  }
  const joint = applyOverrides(findPreset('folder').config, [
    ['data.directory', 'x'],
    ['objective.keyPoints', whole.objective.keyPoints],
  ])
  t.throws(() => parseRunConfig(joint), { code: 'PVAE_CONFIG_INVALID', message: /architecture is not layered/ })
})

t.test('the report is a picture and the facts', async t => {
  const folder = join(t.testdir(), 'run')
  await mkdir(folder)
  const { json, picture } = await writeAnalysis(folder, analysis)
  const facts = JSON.parse(await readFile(json, 'utf8'))
  t.equal(facts.things.length, 3)
  t.equal(facts.stills, 1)
  const { width, height, channels } = await sharp(picture).metadata()
  t.ok(width! > 6 * 32)
  t.ok(height! > 2 * 32)
  t.equal(channels, 3)
  t.ok((await stat(picture)).size > 500)
  t.equal(describeAnalysis(analysis).length, 5)
  t.match(describeAnalysis(analysis)[0], /^footage: \d+% of the pixels of 300 frames stand still; 3 moving things$/)
})

t.test('frames in order give the key points by their tracks', async t => {
  const things = [
    { blocks: [block(6, 6, [220, 40, 40])], corner: toPlace(8, toAndFro(0, 34)) },
    { blocks: [block(5, 4, [40, 60, 230])], corner: toPlace(26, toAndFro(0, 36, 9)) },
  ] as const
  const { dataset } = movingFrames({ things })
  const analysis = await analyseFootage(dataset, { seed: 0 })
  t.equal(analysis.cues.by, 'motion')
  t.match(describeAnalysis(analysis).join('\n'), /2 moving things\n {2}told apart by how they move\n {2}p1, red: /)
  const config = completeRequest(
    {
      preset: 'footage',
      images: { directory: 'frames' },
      overrides: [['data.height', 40], ['data.width', 40]],
    },
    proposeConfig(analysis, { count: 300, batchSize: 24 })
  )
  t.strictSame(parseRunConfig(JSON.parse(JSON.stringify(config))), config)
  t.ok(createNetwork(config.model, dataset.shape))
  const { keyPoints } = config.objective
  t.strictSame(keyPointPartitions(keyPoints!), ['p1', 'p2'])
  const indices = Uint32Array.of(5, 250, 17)
  const images = new Uint8Array(3 * pixelCount(dataset.shape))
  const points = createLocate(keyPoints!, dataset.shape, 300)(images, indices)
  indices.forEach((index, n) => things.forEach(({ blocks: [{ size }], corner }, s) => {
    const [row, column] = corner(index)
    // The larger is p1.
    const [y, x, weight] = points.subarray((n * 2 + s) * 3) as unknown as [number, number, number]
    t.equal(weight, 1)
    t.ok(Math.abs(y * 40 - row - size[0] / 2) < 1, `row of thing ${s} in image ${index}`)
    t.ok(Math.abs(x * 40 - column - size[1] / 2) < 1, `column of thing ${s} in image ${index}`)
  }))
  t.equal(createLocate(keyPoints!, dataset.shape, 900)(images, indices)[2], 3, 'for images that have no places')
  const { tracks } = keyPoints!
  for (const [value, message] of [
    [{ ...keyPoints, tracks: { ...tracks, partitions: ['p1', 'p9'] } }, /names of sprites and of the camera \(p1, p2\)/],
    [{ ...keyPoints, stills: ['eJw='] }, /either tracks or stills, threshold and colours .* received some of both/],
    [{ weight: 20 }, /either tracks or stills, threshold and colours .* received neither/],
  ] as const) {
    const changed = applyOverrides(JSON.parse(JSON.stringify(config)), [['objective.keyPoints', value]])
    t.throws(() => parseRunConfig(changed), { code: 'PVAE_CONFIG_INVALID', message })
  }
})

t.test('what a person should look at is said: rare things, things that go together, what is in no thing', async t => {
  const walk = toAndFro(0, 30)
  const { dataset } = movingFrames({
    things: [
      { blocks: [block(6, 6, [220, 40, 40])], corner: n => [walk(n), walk(n)] },
      { blocks: [block(4, 4, [40, 60, 230])], corner: n => n % 100 < 20 ? [2, 8 + n % 100] : undefined },
    ],
  })
  const analysis = await analyseFootage(dataset, { seed: 0 })
  t.match(describeAnalysis(analysis).join('\n'), /doubt: p2 is seen in \d+% of the frames only/)
})

function toPlace (row: number, column: (n: number) => number) {
  return (n: number): readonly [number, number] => [row, column(n)]
}

t.test('more things than partitions, and a background that becomes another, are doubts too', async t => {
  const lanes = [2, 12, 22, 32].map((row, i) => ({
    blocks: [block(4, 4, [220, 40, 40])],
    corner: toPlace(row, toAndFro(0, 34, 9 * i)),
  }))
  const other = {
    blocks: [block(6, 40, [180, 170, 60], [6, 0]), block(6, 40, [20, 60, 160], [26, 0])],
    corner: (n: number) => n >= 150 ? [0, 0] as const : undefined,
  }
  const two = await analyseFootage(movingFrames({ things: [other, ...lanes] }).dataset, { seed: 0, objects: 2 })
  const lines = describeAnalysis(two).join('\n')
  t.match(lines, /doubt: 2 more things stand out: --objects 4 gives each a partition/)
  t.match(lines, /doubt: the background becomes another at image 150 of the training images/)
})

t.test('a background in which nothing changes is still, and says nothing', async t => {
  const behind = proposal.model.partitions.at(-1)!
  t.match(behind, { kind: 'background', size: 1, still: true })
  t.notOk('changes' in behind)
})
