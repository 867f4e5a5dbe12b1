import t from 'tap'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import { openRooms3d } from '../../../trainer/data/drawn/rooms3d.js'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import { stepInputs } from '../../../trainer/fit/step-inputs.js'
import { openSources } from '../../../trainer/run/open-sources.js'

/** Numbered images of 4 × 4, with factors, and clips as a folder has them. @param stills each image by itself */
function numbered (stills = true): ImageDataset {
  const shape = { height: 4, width: 4, channels: 1 }
  const images = Uint8Array.from({ length: 24 * 16 }, (_, i) => Math.floor(i / 16))
  const values = Float64Array.from({ length: 48 }, (_, i) => i % 2 === 0 ? i / 2 % 6 : Math.floor(i / 12))
  return {
    ...createMemoryDataset({ name: 'numbers', shape, images }),
    factors: { names: ['a', 'b'], groups: { a: ['a'], b: ['b'] }, values },
    pairs: {
      firsts: () => Uint32Array.from({ length: stills ? 0 : 24 }, (_, image) => image),
      async readPartners () { t.fail('the next of a clip is not asked for') },
    },
  }
}

const configOf = (pairs: object) => {
  const { config } = findPreset('mnist')
  return parseRunConfig({
    ...config,
    model: { ...config.model as object, partitions: ['x', 'y', 'z'].map(name => ({ name, size: 2 })) },
    objective: { pairs },
    fit: { epochs: 1, batchSize: 8 },
  })
}

t.test('what a config says of pairs reaches the step: which partition may differ in which pair', async t => {
  const dataset = numbered(false)
  const config = configOf({ differing: 'known', groups: { z: 'a', x: 'b' } })
  const sources = await openSources(config, dataset)
  const batch = await sources.batches.read(0, 1)
  const inputs = stepInputs({ config, image: dataset.shape, ...sources, locate: undefined }, batch, 1, {
    learningRate: 1e-3, beta: 1, scheduled: {},
  })
  t.equal(inputs.unshared!.length, 4 * 3)
  for (let i = 0; i < 4; i++) {
    const [first, second] = [batch.images[16 * i]!, batch.images[16 * (4 + i)]!]
    const isOfA = first % 6 !== second % 6
    t.equal(Math.floor(first / 6) === Math.floor(second / 6), isOfA, `images ${first} and ${second} differ in one factor`)
    t.strictSame([...inputs.unshared!.subarray(3 * i, 3 * i + 3)], isOfA ? [0, 0, 1] : [1, 0, 0])
  }
})

t.test('pairs of one factor where they are asked for, and of stills, which have no clips', async t => {
  for (const [differing, stills] of [['far', true], ['farthest', true], ['farthest', false]] as const) {
    const { batches, unshared } = await openSources(configOf({ differing }), numbered(stills))
    t.equal(unshared, undefined)
    const { images } = await batches.read(0, 0)
    for (let i = 0; i < 4; i++) {
      const [first, second] = [images[16 * i]!, images[16 * (4 + i)]!]
      t.equal(first % 6 === second % 6, Math.floor(first / 6) !== Math.floor(second / 6), `${differing}: one factor`)
    }
  }
})

t.test('the preset for rooms names what there is to hold', async t => {
  const { train, test } = await openRooms3d({ source: 'rooms3d', count: 2000, testCount: 10, seed: 0 })
  const config = parseRunConfig(findPreset('shapes3d').config)
  const { unshared } = await openSources(config, train)
  t.strictSame(unshared!.partitionsOf, [[0], [1], [2], [3], [4], [5]])
  await t.rejects(openSources(config, numbered()), {
    code: 'PVAE_CONFIG_INVALID', message: /a group of factors \(a, b\) for objective\.pairs\.groups\.floor but received/,
  })
  await train.close()
  await test.close()
})
