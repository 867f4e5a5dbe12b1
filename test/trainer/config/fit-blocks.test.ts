import t from 'tap'
import { fitBlocks } from '../../../trainer/config/fit-blocks.js'
import { findPreset, presets } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { listParameters } from '../../../trainer/model/initial-state.js'

type Model = Parameters<typeof fitBlocks>[0]
const sized = presets.filter(({ sizedByImages, analyses }) => sizedByImages === true && analyses !== 'always')

const images = findPreset('images').config.model as Model
const sizes = (side: number) => {
  const { encoder, decoder } = fitBlocks(images, { height: side, width: side })
  return {
    encoder: encoder.blocks.map(({ channels }) => channels),
    decoder: decoder.blocks.map(({ channels }) => channels),
  }
}

t.test('the networks of the presets take every size, with at most 8 million weights up to 512 × 512', async t => {
  for (const { name, config } of sized) {
    for (const [width, height] of [
      [72, 40], [84, 48], [28, 28], [27, 48], [5, 4], [1, 3], [64, 64], [100, 100], [128, 128], [127, 127],
      [256, 256], [500, 500], [510, 512], [511, 511], [512, 512], [512, 96],
    ] as const) {
      const model = fitBlocks(config.model as Model, { height, width })
      const whole = parseRunConfig({
        ...config, data: { source: 'folder', directory: 'x', height, width, channels: 3 }, model,
      })
      const network = createNetwork(whole.model, { height, width, channels: 3 })
      const weights = listParameters(network).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
      t.ok(weights <= 8e6, `${name} on ${width}×${height}: ${weights}`)
    }
  }
})

t.test('what fits is left as it is', async t => {
  for (const side of [64, 72, 88, 96]) t.strictSame(fitBlocks(images, { height: side, width: side }), images, `${side}`)
})

t.test('each doubling of the side adds a block on both sides, at full resolution', async t => {
  t.strictSame(sizes(128), { encoder: [16, 32, 64, 64], decoder: [64, 32, 32, 16] })
  t.strictSame(sizes(256), { encoder: [16, 16, 32, 64, 64], decoder: [64, 32, 32, 16, 16] })
  t.strictSame(sizes(512), { encoder: [16, 16, 16, 32, 64, 64], decoder: [64, 32, 32, 16, 16, 16] })
})

t.test('a side without factors of 2 has a first feature map of fewer channels', async t => {
  const { decoder } = fitBlocks(images, { height: 250, width: 250 })
  t.match(decoder, { base: 1, hidden: [256] })
  t.strictSame(decoder.blocks.map(({ upsample }) => upsample), ['none', 'none', 'transposed'])
})
