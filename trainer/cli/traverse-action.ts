import { resolve } from 'node:path'
import { planTraversal, type Card } from '@partition-vae/models'
import { invalid } from '../config/resolve.js'
import { createInference } from '../engine/inference.js'
import { decodeAll, drawGrid } from '../evaluate/tiles.js'
import { writeFileAtomic } from '../files.js'
import { createRandom } from '../random/index.js'
import type { CliContext } from './context.js'
import { openModel } from './models.js'
import { chosenPlaces, displayPath } from './places.js'
import type { TraverseFlags } from './traverse.js'

export async function traverse (flags: TraverseFlags, { directory, stdout }: CliContext): Promise<void> {
  const { card, encoder, decoder } = await openModel(chosenPlaces(directory, flags).repository, flags.model)
  const { mode, steps, range, from, to, partition, threads } = flags
  const traversal = planTraversal(card, { mode, steps, range, from, to, partitions: partition?.split(','), base: baseOf(flags, card) })
  const inference = await createInference({ encoder, decoder, image: card.image, latentSize: card.latentSize, ...threads === undefined ? {} : { threads } })
  try {
    const images = await decodeAll(inference, traversal.latents, card.latentSize, card.image)
    const { png } = await drawGrid(images, card.image, {
      columns: traversal.steps,
      rowLabels: traversal.rows.map(({ label }) => label),
      columnLabels: traversal.values.map(value => String(Number(value.toFixed(2)))),
    })
    const path = resolve(directory, flags.out ?? `${card.name}-${card.version}-${mode}.png`)
    await writeFileAtomic(path, png)
    stdout.write(`${displayPath(directory, path)}\n`)
  } finally {
    await inference.dispose()
  }
}

/** undefined stands for the card's mean. */
function baseOf ({ latent, seed }: TraverseFlags, { latentSize }: Card): Float32Array | undefined {
  if (latent !== undefined && seed !== undefined) throw invalid('--latent and --seed', 'one of them', 'both')
  if (seed !== undefined) return createRandom(seed, 'prior').fillNormal(new Float32Array(latentSize))
  return latent === undefined ? undefined : Float32Array.from(latent.split(','), text => text.trim() === '' ? NaN : Number(text))
}
