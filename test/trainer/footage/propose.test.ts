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

t.test('light that changes asks for a gain, states for a larger background', async t => {
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
  t.equal(states.model.partitions.at(-1)!.size, 2)
  t.equal(states.objective.keyPoints.stills.length, 2)
})

t.test('things are located where they are, or not at all', async t => {
  const { keyPoints } = complete().objective
  const partitions = keyPointPartitions(keyPoints!)
  const images = new Uint8Array(300 * pixelCount(dataset.shape))
  await dataset.read(Uint32Array.from({ length: 300 }, (_, i) => i), images)
  const points = createLocate(keyPoints!, dataset.shape)(images)
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
      dataset.shape
    )(new Uint8Array(images.subarray(0, 3072).length).fill(128)).every(value => Number.isFinite(value))
  )
  t.throws(() => createLocate({ ...keyPoints!, stills: ['eJw='] }, dataset.shape), {
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
  t.equal(describeAnalysis(analysis).length, 4)
  t.match(describeAnalysis(analysis)[0], /^footage: \d+% of the pixels of 300 frames stand still; 3 moving things$/)
})
