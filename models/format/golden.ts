import { Compile, Type, type Static } from '../foundation/typebox.js'
import type { Card } from './card-schema.js'
import { describe, ModelError } from '../foundation/errors.js'
import { bytesFromPlanar, pixelCount, planarFromBytes } from '../foundation/pixels.js'
import { schemaMismatch } from '../foundation/schema-mismatch.js'

export const GOLDEN_SCHEMA_VERSION = 1

/**
 * Wide enough for another execution provider (TF32 on a GPU keeps 10 bits of mantissa, Winograd convolutions reorder
 * sums), far too narrow for wrong weights, a swapped output or a different pixel scale.
 */
export const DEFAULT_TOLERANCE = { latent: 0.01, pixel: 2 } as const

/** `golden.json`: inputs and outputs that prove that a loaded model computes what the trained one did. */
export const GoldenSchema = Type.Object(
  {
    schemaVersion: Type.Literal(GOLDEN_SCHEMA_VERSION),
    tolerance: Type.Object(
      {
        latent: Type.Number({ minimum: 0, description: 'Greatest absolute difference of a mean or a log-variance' }),
        pixel: Type.Number({
          minimum: 0,
          maximum: 255,
          description: 'Greatest absolute difference of a pixel, in 8-bit levels',
        }),
      },
      { additionalProperties: false }
    ),
    examples: Type.Array(
      Type.Object(
        {
          image: Type.String({ description: 'Base64 of the 8-bit pixels, height × width × channels' }),
          mean: Type.Array(Type.Number()),
          logVariance: Type.Array(Type.Number()),
          reconstruction: Type.String({ description: 'Base64 of the 8-bit pixels of decode(mean)' }),
        },
        { additionalProperties: false }
      ),
      { minItems: 1 }
    ),
  },
  { additionalProperties: false }
)
export type Golden = Static<typeof GoldenSchema>

/** Whoever has a runtime gives this: the two graphs of a model, run on batches. */
export interface GraphRunner {
  /** `image` [n, C, H, W] in [0, 1] → `mean` and `logVariance` [n, D]. */
  encode (image: Float32Array, n: number): Promise<{ mean: Float32Array, logVariance: Float32Array }>
  /** `latent` [n, D] → image [n, C, H, W] in [0, 1]. */
  decode (latent: Float32Array, n: number): Promise<Float32Array>
}

type Shapes = Pick<Card, 'image' | 'latentSize'>

const goldenValidator = Compile(GoldenSchema)

function fault (where: string, field: string, expected: string, found: string): ModelError {
  return new ModelError('PVAE_GOLDEN_INVALID', where, { field, expected, found })
}

/**
 * Validates golden examples and that they fit the card.
 * @throws ModelError PVAE_GOLDEN_INVALID naming the field, what was expected and what was found
 */
export function parseGolden (value: unknown, { image, latentSize }: Shapes, where: string): Golden {
  if (!goldenValidator.Check(value)) {
    throw new ModelError(
      'PVAE_GOLDEN_INVALID',
      where,
      schemaMismatch(goldenValidator.Errors(value), value, 'the golden examples')
    )
  }
  for (const [i, example] of value.examples.entries()) {
    for (const key of ['mean', 'logVariance'] as const) {
      const { length } = example[key]
      if (length !== latentSize) {
        throw fault(where, `examples[${i}].${key}`, `${latentSize} numbers`, `${length} numbers`)
      }
    }
    for (const key of ['image', 'reconstruction'] as const) {
      const { length } = pixelsFromBase64(example[key])
      const expected = `${pixelCount(image)} bytes (${image.height} × ${image.width} × ${image.channels})`
      if (length !== pixelCount(image)) throw fault(where, `examples[${i}].${key}`, expected, `${length} bytes`)
    }
  }
  return value
}

/** As `parseGolden`, from the bytes of a `golden.json` (UTF-8). */
export function parseGoldenJson (bytes: Uint8Array, card: Shapes, where: string): Golden {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw fault(
      where,
      'the golden examples',
      'JSON',
      `${bytes.length} bytes that are not (${describe((cause as Error).message)})`
    )
  }
  return parseGolden(value, card, where)
}

/** The 8-bit pixels of a golden image, height × width × channels. */
export function pixelsFromBase64 (text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}

function join (images: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(images))
}

/** Runs both graphs on a batch of 8-bit images; the decoder on `latent`, or on the means where none is given. */
async function runGraphs (
  images: readonly Uint8Array[],
  latent: Float32Array | undefined,
  card: Shapes,
  run: GraphRunner,
  where: string
) {
  const n = images.length
  const { mean, logVariance } = await run.encode(planarFromBytes(join(images), card.image), n)
  const planar = await run.decode(latent ?? mean, n)
  const lengths = {
    mean: [mean, card.latentSize],
    logVariance: [logVariance, card.latentSize],
    reconstruction: [planar, pixelCount(card.image)],
  } as const
  for (const [field, [values, size]] of Object.entries(lengths)) {
    if (values.length !== n * size) {
      throw fault(where, field, `${n} × ${size} values from the graph`, `${values.length} values`)
    }
  }
  return { mean, logVariance, reconstruction: bytesFromPlanar(planar, card.image) }
}

/**
 * Records what the graphs give for these images.
 * @param images at least one, 8 bit, [H, W, C] each
 * @throws ModelError PVAE_INVALID_PARAMETER for images of another size, PVAE_GOLDEN_INVALID if the graphs give NaN or
 * wrong lengths
 */
export async function createGolden (
  card: Shapes, images: readonly Uint8Array[], run: GraphRunner, tolerance: Golden['tolerance'] = DEFAULT_TOLERANCE
): Promise<Golden> {
  const size = pixelCount(card.image)
  const wrong = images.findIndex(({ length }) => length !== size)
  if (images.length === 0 || wrong >= 0) {
    const mismatch = images.length === 0
      ? { field: 'images', expected: 'at least one image', found: 'none' }
      : { field: `images[${wrong}]`, expected: `${size} bytes`, found: `${images[wrong]!.length} bytes` }
    throw new ModelError('PVAE_INVALID_PARAMETER', 'golden examples', mismatch)
  }
  const outputs = await runGraphs(images, undefined, card, run, 'golden examples')
  const { latentSize } = card
  return parseGolden({
    schemaVersion: GOLDEN_SCHEMA_VERSION,
    tolerance: { ...tolerance },
    examples: images.map((image, i) => ({
      image: Buffer.from(image).toString('base64'),
      mean: Array.from(outputs.mean.subarray(i * latentSize, (i + 1) * latentSize)),
      logVariance: Array.from(outputs.logVariance.subarray(i * latentSize, (i + 1) * latentSize)),
      reconstruction: Buffer.from(outputs.reconstruction.subarray(i * size, (i + 1) * size)).toString('base64'),
    })),
  }, card, 'golden examples')
}

/**
 * Runs the graphs on all examples, as one batch, and compares.
 * @throws ModelError PVAE_GOLDEN_INVALID with the largest difference of the first output that is off
 */
export async function checkGolden (golden: Golden, card: Shapes, run: GraphRunner, where: string): Promise<void> {
  const { examples, tolerance } = golden
  const latent = Float32Array.from(examples.flatMap(({ mean }) => mean))
  const outputs = await runGraphs(examples.map(({ image }) => pixelsFromBase64(image)), latent, card, run, where)
  const logVariance = Float32Array.from(examples.flatMap(({ logVariance }) => logVariance))
  const reconstruction = join(examples.map(({ reconstruction }) => pixelsFromBase64(reconstruction)))
  const { latentSize, image } = card
  compare('mean', outputs.mean, latent, latentSize, tolerance.latent, where)
  compare('logVariance', outputs.logVariance, logVariance, latentSize, tolerance.latent, where)
  compare('reconstruction', outputs.reconstruction, reconstruction, pixelCount(image), tolerance.pixel, where)
}

function compare (
  field: string, found: ArrayLike<number>, expected: ArrayLike<number>, size: number, tolerance: number, where: string
): void {
  let worst = -1
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!)
    if (difference <= largest) continue
    worst = i
    largest = difference
    if (Number.isNaN(difference)) break // nothing is worse, and every comparison with it is false
  }
  if (largest <= tolerance) return
  const at = `examples[${Math.floor(worst / size)}].${field}[${worst % size}]`
  throw fault(where, at, `${expected[worst]} ± ${tolerance}`, `${found[worst]} (the largest difference, ${largest})`)
}
