import { colourInfluence, layOutInfluence, measureGrid, measureInfluence, parseLatentText } from '@partition-vae/models'
import { decodeAll } from '../../report/tiles.js'
import type { CliContext } from '../context.js'
import type { InfluenceFlags } from '../commands/influence.js'
import { openModel } from './models.js'
import { withDecoder, writePicture } from './picture.js'
import { chosenDirectories } from '../output-directories.js'

/** Draws, pixel by pixel, the picture that the service gives for the same parameters. */
export async function drawInfluence (flags: InfluenceFlags, context: CliContext): Promise<void> {
  const version = await openModel(chosenDirectories(context.directory, flags).repository, flags.model)
  const { card } = version
  const { scale, zoom, labels } = flags
  const latent =
    flags.latent === undefined ? Float32Array.from(card.latentStatistics.mean) : parseLatentText(card, flags.latent)
  const shape = { ...card.image, channels: 3 }
  const layout = { ...layOutInfluence(card, { labels }), zoom }
  // What can't be drawn is refused before anything is decoded.
  measureGrid(card.partitions.length, shape, layout)
  const maps = await withDecoder(version, flags, inference =>
    measureInfluence(
      card,
      latent,
      latents => decodeAll(inference, latents, card.latentSize, card.image),
      'interleaved'
    )
  )
  await writePicture(
    flags.out ?? `${card.name}-${card.version}-influence.png`,
    colourInfluence(maps, scale),
    shape,
    layout,
    context
  )
}
