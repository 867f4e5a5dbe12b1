import { resolve } from 'node:path'
import { composeGrid, type GridOptions, type ImageShape, type ModelVersion } from '@partition-vae/models'
import type { InferenceGraphs } from '../../engine/engine.js'
import { createInference } from '../../engine/inference.js'
import { compactPng } from '../../foundation/png.js'
import { writeFileAtomic } from '../../foundation/files.js'
import type { CliContext } from '../context.js'
import { displayPath } from '../terminal/display-path.js'

/** Runs an action with the graphs of a published version, and lets go of them. */
export async function withDecoder<T> (
  { card, encoder, decoder }: ModelVersion,
  { threads }: { readonly threads?: number },
  action: (inference: InferenceGraphs) => Promise<T>
): Promise<T> {
  const inference = await createInference({
    encoder,
    decoder,
    image: card.image,
    latentSize: card.latentSize,
    ...(threads === undefined ? {} : { threads }),
  })
  return await action(inference).finally(() => inference.dispose())
}

/**
 * Writes tiles as one PNG, and says where.
 * @param tiles 8 bit, [n, H, W, C]
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE; ModelError PVAE_INVALID_PARAMETER as `composeGrid`
 */
export async function writePicture (
  out: string,
  tiles: Uint8Array,
  shape: ImageShape,
  layout: GridOptions,
  { directory, stdout }: CliContext
): Promise<void> {
  const { bytes, width, height } = composeGrid(tiles, shape, layout)
  const path = resolve(directory, out)
  await writeFileAtomic(path, await compactPng({ pixels: bytes, width, height, channels: shape.channels as 1 | 3 }))
  stdout.write(`${displayPath(directory, path)}\n`)
}
