import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { parseLatents, parseLatentText } from '../../../models/latents/parse.js'

const card = { latentSize: 3, partitions: layOutPartitions([{ name: 'shape', size: 2 }, { name: 'style', size: 1 }]) }

t.test('flat and by partition; what is missing is zero', async t => {
  t.strictSame(
    parseLatents(card, [[1, 2, 3], { style: [4] }, { style: [7], shape: [5, 6] }, {}]),
    Float32Array.of(1, 2, 3, 0, 0, 4, 5, 6, 7, 0, 0, 0)
  )
  t.strictSame(parseLatentText(card, '1,-2.5, 3e-1'), Float32Array.of(1, -2.5, 0.3))
})

t.test('each fault is named', async t => {
  const cases: Array<[() => unknown, string, string]> = [
    [
      () =>
        parseLatents(card, [
          [0, 0, 0],
          [1, 2],
        ]),
      'PVAE_INVALID_LATENT',
      "expected 3 numbers (the model's latentSize) for latents[1] but found 2 numbers",
    ],
    [
      () => parseLatents(card, [[1, 2, 3, 4]]),
      'PVAE_INVALID_LATENT',
      "expected 3 numbers (the model's latentSize) for latents[0] but found 4 numbers",
    ],
    [
      () => parseLatents(card, [{ shape: [1] }]),
      'PVAE_INVALID_LATENT',
      "expected 2 numbers (the partition's size) for latents[0].shape but found 1 numbers",
    ],
    [
      () => parseLatents(card, [[1, NaN, 3]]),
      'PVAE_INVALID_LATENT',
      'expected a finite float32 for latents[0][1] but found NaN',
    ],
    [
      () => parseLatents(card, [[1, 2, 1e308]]),
      'PVAE_INVALID_LATENT',
      'expected a finite float32 for latents[0][2] but found 1e+308',
    ],
    [
      () => parseLatents(card, [{ shape: [1, Infinity] }]),
      'PVAE_INVALID_LATENT',
      'expected a finite float32 for latents[0].shape[1] but found Infinity',
    ],
    [
      () => parseLatents(card, [{ pose: [1] }]),
      'PVAE_UNKNOWN_PARTITION',
      'expected one of shape, style for partition of latents[0] but found "pose"',
    ],
    [
      () => parseLatentText(card, '1,2'),
      'PVAE_INVALID_LATENT',
      "expected 3 numbers (the model's latentSize) for latent but found 2 numbers",
    ],
    [
      () => parseLatentText(card, '1,,2'),
      'PVAE_INVALID_LATENT',
      'expected a finite float32 for latent[1] but found nothing',
    ],
    [
      () => parseLatentText(card, '1,2,x'),
      'PVAE_INVALID_LATENT',
      'expected a finite float32 for latent[2] but found x',
    ],
    ...['Infinity', '-Infinity', '1e999', '-3.5e38', '0x10'].map((text): (typeof cases)[number] => [
      () => parseLatentText(card, `1,2,${text}`),
      'PVAE_INVALID_LATENT',
      `expected a finite float32 for latent[2] but found ${text}`,
    ]),
  ]
  for (const [run, code, message] of cases) t.throws(run, { code, message })
})
