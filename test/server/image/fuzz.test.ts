import t from 'tap'
import { decodeImage } from '../../../server/image/codec.js'
import { createRandom } from '../../helpers/linear-model.js'
import { imageOf, pngOf } from '../images.js'

const random = createRandom(2026)
const below = (n: number) => Math.floor(random() * n)

/** One to four wounds: bytes flipped, cut off, left out, doubled, made extreme. */
function mutate (file: Uint8Array): Uint8Array {
  let bytes = Buffer.from(file)
  for (let wounds = 1 + below(4); wounds > 0; wounds--) {
    const at = below(bytes.length)
    const length = Math.min(1 + below(16), bytes.length - at)
    switch (below(6)) {
      case 0: bytes[at] = bytes[at]! ^ (1 << below(8)); break
      case 1: bytes[at] = [0, 1, 127, 128, 254, 255][below(6)]!; break
      case 2: bytes = bytes.subarray(0, Math.max(12, at)); break
      case 3: bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]); break
      case 4: bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]); break
      default: for (let i = at; i < at + length; i++) bytes[i] = below(256)
    }
  }
  return bytes
}

t.test('2,000 damaged images: each decodes or is refused by its code, in bounded memory', async t => {
  const shape = { height: 28, width: 28, channels: 1 }
  const pixels = (channels: number, size: number) =>
    Uint8Array.from({ length: size * size * channels }, (_, i) => 128 + 100 * Math.sin(i / 7) + below(20))
  const files = [await pngOf(pixels(4, 28), { height: 28, width: 28, channels: 4 })]
  for (const channels of [1, 3]) {
    for (const size of [28, 60]) {
      const image = imageOf(pixels(channels, size), { height: size, width: size, channels })
      for (const pipeline of [
        image.clone().png(),
        image.clone().jpeg(),
        image.clone().jpeg({ progressive: true }),
        image.clone().webp(),
      ]) {
        files.push(await pipeline.toBuffer())
      }
    }
  }

  const outcomes: Record<string, number> = {}
  const options = { fit: 'fill', invert: false, maxPixels: 1e6 } as const
  let before = 0
  for (let i = 0; i < 2000; i++) {
    // Once everything is loaded.
    if (i === 200) before = process.memoryUsage().rss
    const outcome = await decodeImage(mutate(files[i % files.length]!), shape, options, 'image[0]').then(
      pixels => (pixels.length === 784 ? 'decoded' : `decoded to ${pixels.length}`),
      (error: { code?: string; message: string }) => error.code ?? error.message
    )
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
  t.strictSame(
    Object.keys(outcomes).filter(
      outcome => !['decoded', 'PVAE_IMAGE_INVALID', 'PVAE_IMAGE_TOO_LARGE'].includes(outcome)
    ),
    [],
    JSON.stringify(outcomes)
  )
  t.ok(outcomes['decoded']! > 200, JSON.stringify(outcomes))
  t.ok(outcomes['PVAE_IMAGE_INVALID']! > 200, JSON.stringify(outcomes))
  const grown = process.memoryUsage().rss - before
  t.ok(grown < 150e6, `${Math.round(grown / 1e6)} MB more than at the begin`)
})
