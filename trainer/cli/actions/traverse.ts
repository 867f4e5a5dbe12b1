import {
  bytesFromUnit,
  layOutTraversal,
  measureGrid,
  parseLatentText,
  planTraversal,
  samplePrior,
  type Card,
} from '@partition-vae/models'
import { invalid } from '../../config/resolve.js'
import { decodeAll } from '../../report/tiles.js'
import type { CliContext } from '../context.js'
import { openModel } from './models.js'
import { withDecoder, writePicture } from './picture.js'
import { chosenDirectories } from '../output-directories.js'
import type { TraverseFlags } from '../commands/traverse.js'

/** Draws, pixel by pixel, the picture that the service gives for the same parameters. */
export async function traverse (flags: TraverseFlags, context: CliContext): Promise<void> {
  const version = await openModel(chosenDirectories(context.directory, flags).repository, flags.model)
  const { card } = version
  const { mode, steps, range, from, to, partition, zoom, labels } = flags
  const traversal = planTraversal(card, {
    mode,
    steps,
    range,
    from,
    to,
    partitions: partition?.split(','),
    base: baseOf(flags, card),
  })
  const layout = { ...layOutTraversal(traversal, { labels }), zoom }
  // What can't be drawn is refused before it is decoded.
  measureGrid(traversal.rows.length * traversal.steps, card.image, layout)
  const images = await withDecoder(version, flags, inference =>
    decodeAll(inference, traversal.latents, card.latentSize, card.image)
  )
  await writePicture(
    flags.out ?? `${card.name}-${card.version}-${mode}.png`,
    bytesFromUnit(images),
    card.image,
    layout,
    context
  )
}

/** undefined stands for the card's mean. */
function baseOf ({ latent, seed }: TraverseFlags, card: Card): Float32Array | undefined {
  if (latent !== undefined && seed !== undefined) throw invalid('--latent and --seed', 'one of them', 'both')
  if (latent !== undefined) return parseLatentText(card, latent)
  return seed === undefined ? undefined : samplePrior(seed, card.latentSize)
}
