import t from 'tap'
import { planSizes } from '../../../../trainer/model/joint/sizes.js'
import { imageShape, modelVariants } from '../../../helpers/model-variants.js'

const [model] = Object.values(modelVariants)

t.test('sizes follow from strides, pools, the factor and the decoder blocks', async t => {
  t.strictSame(planSizes(model!, imageShape), { features: [3, 4], base: [3, 4], subresolution: [6, 8] })
  const pooled = {
    ...model!,
    encoder: {
      ...model!.encoder,
      blocks: model!.encoder.blocks.map(block => ({ ...block, downsample: 'max-pool' as const })),
    },
  }
  t.strictSame(planSizes(pooled, { height: 28, width: 20, channels: 1 }).features, [7, 5])
  t.strictSame(planSizes(pooled, { height: 12, width: 20, channels: 1 }).features, [3, 5])
})

t.test('a stride of 4 and blocks of pixels count twofold', async t => {
  const quartered = {
    ...model!,
    encoder: { blocks: [{ channels: 2, kernel: 4, downsample: 'stride-4' as const }], hidden: [] },
    decoder: { ...model!.decoder, blocks: [], outputBlock: 2 as const },
  }
  t.strictSame(planSizes(quartered, imageShape), { features: [3, 4], base: [3, 4], subresolution: [6, 8] })
  const full = { ...quartered, subresolution: { factor: 1, interpolation: 'nearest' as const } }
  t.strictSame(planSizes(full, { height: 14, width: 18, channels: 1 }), {
    features: [4, 5],
    base: [7, 9],
    subresolution: [14, 18],
  })
  t.throws(() => planSizes({ ...quartered, decoder: { ...quartered.decoder, outputBlock: 4 } }, imageShape), {
    message:
      /divisible by 2 to the number of upsampling decoder blocks \(0\) times model.decoder.outputBlock \(4\), at 1\/2 of the image's size/,
  })
})

t.test('a factor that does not divide the size proposes what fits', async t => {
  const thirds = { ...model!, subresolution: { factor: 5, interpolation: 'nearest' as const } }
  t.throws(() => planSizes(thirds, imageShape), {
    code: 'PVAE_CONFIG_INVALID',
    message:
      'expected 12×16 to be divisible by the subresolution factor for model.subresolution.factor but received 5; ' +
        'what fits: 1, 2, 4, or a size such as 10×15',
  })
})

t.test('decoder blocks must lead back to the size', async t => {
  const blocks = [...model!.decoder.blocks, ...model!.decoder.blocks]
  t.throws(() => planSizes({ ...model!, decoder: { ...model!.decoder, blocks } }, imageShape), {
    message:
      /expected 6×8 to be divisible by 2 to the number of upsampling decoder blocks \(2\), at 1\/2 of the image's size for model.decoder.blocks but received 4; what fits: 1, 2, or a size such as 8×8/,
  })
})

t.test('an encoder can not halve a single pixel', async t => {
  const blocks = Array.from({ length: 5 }, () => ({ channels: 2, kernel: 3, downsample: 'stride' as const }))
  t.throws(() => planSizes({ ...model!, encoder: { ...model!.encoder, blocks } }, imageShape), {
    message:
      'expected at most 4 encoder blocks that halve the size for images of 12×16 but model.encoder.blocks[4] would ' +
        'halve 1×1',
  })
})
