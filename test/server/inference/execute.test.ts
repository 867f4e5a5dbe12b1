import t from 'tap'
import {
  bytesFromPlanar,
  composeGrid,
  defaultZoom,
  pixelCount,
  planarFromBytes,
  type Card,
} from '@partition-vae/models'
import { loadModel } from '../../../server/inference/execute.js'
import { cudaProblem } from '../../../collections/runtime/session.js'
import type { ModelSource, Result } from '../../../server/inference/tasks.js'
import { createLinearModel, draftLinearModel, type LinearModel } from '../../helpers/linear-model.js'
import { pixelsOf, pngOf } from '../images.js'
import { largestDifference } from '../service.js'
import { countSessions } from './sessions.js'

async function sourceOf (model: LinearModel): Promise<ModelSource> {
  const { card, encoder, decoder, golden } = await draftLinearModel(model)
  return {
    key: 'linear/1',
    card: card as Card,
    encoder,
    decoder,
    golden: golden as ModelSource['golden'],
    provider: 'cpu',
  }
}

const join = (arrays: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(arrays))

for (const channels of [1, 3] as const) {
  t.test(`${channels} channels: every task gives what is known analytically`, async t => {
    const model = createLinearModel({ image: { height: 6, width: 4, channels } })
    const loaded = await loadModel(await sourceOf(model))
    t.teardown(() => loaded.release())
    const originals = model.images.slice(5, 8)
    const images = await Promise.all(originals.map(bytes => pngOf(bytes, model.image)))
    const input = { images, fit: 'fill', invert: false, maxPixels: 1e6 } as const
    const truth = model.encode(planarFromBytes(join(originals), model.image), 3)

    const encoded = await loaded.execute({ kind: 'encode', ...input }) as Result<'encode'>
    t.ok(largestDifference(encoded.mean, truth.mean) < 1e-5)
    t.ok(largestDifference(encoded.logVariance, truth.logVariance) < 1e-5)

    const pictures = bytesFromPlanar(model.decode(truth.mean, 3), model.image)
    const size = pixelCount(model.image)
    const check = async ({ files }: Result<'decode'>, name: string) => {
      t.equal(files.length, 3)
      for (const [i, file] of files.entries()) {
        const { bytes, ...shape } = await pixelsOf(file)
        t.strictSame(shape, model.image)
        t.ok(largestDifference(bytes, pictures.subarray(i * size, (i + 1) * size)) <= 1, `${name}, image ${i}`)
      }
    }
    await check(
      (await loaded.execute({
        kind: 'decode',
        latents: truth.mean,
        arrangement: 'separate',
        format: 'png',
      })) as Result<'decode'>,
      'decode'
    )
    await check(
      (await loaded.execute({
        kind: 'reconstruct',
        ...input,
        arrangement: 'separate',
        format: 'png',
      })) as Result<'reconstruct'>,
      'reconstruct'
    )

    const {
      files: [strip],
    } = (await loaded.execute({
      kind: 'reconstruct',
      ...input,
      arrangement: 'strip',
      format: 'webp',
    })) as Result<'reconstruct'>
    const { bytes, height, width } = await pixelsOf(strip!)
    t.strictSame([height, width], [6, 12])
    for (let i = 0; i < 3; i++) {
      const column = Array.from({ length: 6 * 4 }, (_, p) => bytes[(Math.floor(p / 4) * 12 + i * 4 + p % 4) * 3]!)
      t.ok(
        largestDifference(
          column,
          Array.from({ length: 24 }, (_, p) => pictures[i * size + p * channels]!)
        ) <= 1,
        `strip, image ${i}`
      )
    }

    const layout = { columns: 2, rowLabels: ['a', 'b'], columnLabels: ['1', '2'] }
    const zoom = defaultZoom(model.image)
    const latents = new Float32Array([...truth.mean, ...new Float32Array(model.latentSize)])
    const { file } = await loaded.execute({ kind: 'grid', latents, layout, zoom, format: 'png' }) as Result<'grid'>
    const grid = composeGrid(bytesFromPlanar(model.decode(latents, 4), model.image), model.image, { ...layout, zoom })
    const drawn = await pixelsOf(file)
    t.strictSame([drawn.height, drawn.width, drawn.channels], [grid.height, grid.width, channels])
    t.ok(largestDifference(drawn.bytes, grid.bytes) <= 1)
  })
}

t.test('the image at fault is named', async t => {
  const model = createLinearModel()
  const loaded = await loadModel(await sourceOf(model))
  t.teardown(() => loaded.release())
  const images = [await pngOf(model.images[0]!, model.image), Buffer.from('no image')]
  await t.rejects(loaded.execute({ kind: 'encode', images, fit: 'fill', invert: false, maxPixels: 1e6 }), {
    code: 'PVAE_IMAGE_INVALID',
    message: /image\[1\]/,
  })
})

t.test('graphs that compute something else than the golden examples are refused', async t => {
  const source = await sourceOf(createLinearModel())
  await t.rejects(loadModel({ ...source, decoder: createLinearModel({ seed: 2 }).decoder }), {
    code: 'PVAE_GOLDEN_INVALID',
    field: /^examples\[\d\]\.reconstruction/,
  })
  await t.rejects(loadModel({ ...source, encoder: Uint8Array.of(1) }), /./)
})

t.test('without CUDA the CPU takes over, and says why only where CUDA was asked ' +
  'for', { skip: cudaProblem() === undefined && 'CUDA is installed here' }, async t => {
  const source = await sourceOf(createLinearModel())
  for (const [provider, report] of [
    ['cpu', { executionProvider: 'cpu' }],
    ['auto', { executionProvider: 'cpu' }],
    ['cuda', { executionProvider: 'cpu', fallbackReason: cudaProblem() }],
  ] as const) {
    const loaded = await loadModel({ ...source, provider })
    t.strictSame(loaded.report, report, provider)
    await loaded.release()
  }
})

t.test('a model that is released, or refused at whatever point, keeps no session', async t => {
  const source = await sourceOf(createLinearModel())
  const counts = countSessions(t)
  await (await loadModel(source)).release()
  t.strictSame(counts, { made: 2, released: 2 })
  await t.rejects(loadModel({ ...source, decoder: createLinearModel({ seed: 2 }).decoder }), {
    code: 'PVAE_GOLDEN_INVALID',
  })
  t.strictSame(counts, { made: 4, released: 4 }, 'other outputs than the golden ones')
  await t.rejects(loadModel({ ...source, decoder: Uint8Array.of(1) }), /./)
  t.strictSame(counts, { made: 5, released: 5 }, 'a decoder that is no graph')
  await t.rejects(loadModel({ ...source, decoder: source.encoder }), { message: /the graph's inputs/ })
  t.strictSame(counts, { made: 7, released: 7 }, 'a decoder that has other inputs')
})
