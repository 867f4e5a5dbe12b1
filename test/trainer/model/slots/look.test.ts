import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { parseRunConfig } from '../../../../trainer/config/resolve.js'
import type { SlotsModelConfig } from '../../../../trainer/config/slots-schema.js'
import { coverageOf, restOf } from '../../../../trainer/model/slots/look.js'
import { planSlots, type SlotsPlan } from '../../../../trainer/model/slots/plan.js'
import { colourDistances, sceneOf } from '../../../../trainer/model/slots/scene.js'
import { runEagerly, uniform } from '../../../helpers/compare-engines.js'

const [HEIGHT, WIDTH] = [4, 6]

t.test('a pixel counts with the share of it that a thing covers, unless it shows something else', async t => {
  const { model } = parseRunConfig({
    name: 'slots',
    data: { source: 'folder', directory: '/pictures', height: HEIGHT, width: WIDTH, channels: 3 },
    model: {
      architecture: 'slots',
      partitions: [{ name: 'thing', size: 12, kind: 'slot' }, { name: 'background', size: 3, kind: 'background' }],
      extent: 4,
    },
    objective: {},
    fit: { epochs: 1 },
  })
  const config = model as SlotsModelConfig
  const [red, blue, ground] = [[0.9, 0.2, 0.1], [0.1, 0.3, 0.9], [0.5, 0.6, 0.4]] as const
  const random = (i: number) => (i * 0.381966) % 1
  // Shares of red before the ground and, of a second slot, of blue; the last row shows what is neither.
  const shares = Array.from({ length: WIDTH * HEIGHT }, (_, i) => random(i))
  const isStrange = (pixel: number) => pixel >= WIDTH * (HEIGHT - 1)
  const values = Float32Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => {
    const [channel, pixel] = [Math.floor(i / (WIDTH * HEIGHT)), i % (WIDTH * HEIGHT)]
    if (isStrange(pixel)) return [0.1, 0.9, 0.9][channel]!
    return ground[channel]! + shares[pixel]! * (red[channel]! - ground[channel]!)
  })
  const { covered } = await runEagerly(({ x }) => {
    const scene = sceneOf(x!, planSlots(config, { height: HEIGHT, width: WIDTH, channels: 3 }), config)
    const key = tf.sub(tf.tensor3d([[[...red], [...blue]]]), 0.5)
    const behind = tf.add(tf.mul(x!, 0), tf.tensor3d([ground.map(value => [value])])) as tf.Tensor
    const rest = restOf(behind, scene)
    return { covered: coverageOf(colourDistances(scene, tf.transpose(key, [0, 2, 1])), key, [rest, rest], 0.1) }
  }, { x: { shape: [1, 3, WIDTH * HEIGHT], values } })
  t.strictSame(covered!.shape, [1, 2, WIDTH * HEIGHT])
  for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
    const [ofRed, ofBlue] = [0, 1].map(k => covered!.values[k * WIDTH * HEIGHT + pixel]!) as [number, number]
    const expected = isStrange(pixel) ? 0 : shares[pixel]!
    // A little less than all: colours that are alike tell nothing.
    t.ok(Math.abs(ofRed - expected) < 0.05, `pixel ${pixel}: ${ofRed}, expected ${expected}`)
    if (shares[pixel]! > 0.5) t.ok(ofBlue < 0.1, `pixel ${pixel} is not blue: ${ofBlue}`)
  }
})

t.test('shares are projections, of each image and slot on its own, whatever is behind', async t => {
  const [count, things, pixels] = [2, 3, WIDTH * HEIGHT]
  const inputs = {
    x: uniform(1, 0, 1, count, 3, pixels),
    key: uniform(2, -0.5, 0.5, count, things, 3),
    behind: uniform(3, 0, 1, things, count, 3, pixels),
  }
  // One thing has the colour of what is behind it, and explains nothing.
  const at = (k: number, n: number, c: number, p: number) => ((k * count + n) * 3 + c) * pixels + p
  for (let c = 0; c < 3; c++) {
    inputs.behind.values.fill(inputs.key.values[things * 3 + c]! + 0.5, at(0, 1, c, 0), at(0, 1, c, 0) + pixels)
  }
  const similarity = 0.2
  const { covered } = await runEagerly(({ x, key, behind }) => {
    const scene = sceneOf(x!, { channels: 3 } as SlotsPlan, { unexplained: 0.01 } as SlotsModelConfig)
    const rest = tf.unstack(behind!).map(image => restOf(image, scene))
    return { covered: coverageOf(colourDistances(scene, tf.transpose(key!, [0, 2, 1])), key!, rest, similarity) }
  }, inputs)
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < things; k++) {
      for (let p = 0; p < pixels; p++) {
        const triples = [0, 1, 2].map(c => [
          inputs.x.values[(n * 3 + c) * pixels + p]!, inputs.key.values[(n * things + k) * 3 + c]! + 0.5,
          inputs.behind.values[at(k, n, c, p)]!,
        ] as const)
        const dot = triples.reduce((sum, [x, c, b]) => sum + (x - b) * (c - b), 0)
        const length = triples.reduce((sum, [, c, b]) => sum + (c - b) ** 2, 0)
        const share = Math.min(1, Math.max(0, dot / (length + 0.01)))
        const left = triples.reduce((sum, [x, c, b]) => sum + (x - b - share * (c - b)) ** 2, 0)
        const expected = share * Math.exp(-left / (2 * similarity ** 2))
        const found = covered!.values[(n * things + k) * pixels + p]!
        if (Math.abs(found - expected) > 1e-4) t.fail(`image ${n}, slot ${k}, pixel ${p}: ${found}, not ${expected}`)
      }
    }
  }
  t.ok(covered!.values.some(value => value > 0.1), 'and something is covered')
})
