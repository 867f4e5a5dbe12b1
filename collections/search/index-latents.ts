import { layOutPartitions } from '@partition-vae/models'
import { openLatents } from '../rows/latents.js'
import type { Manifest } from '../rows/manifest.js'
import { buildIndex, type BuildOptions, type IndexCard } from './build.js'
import type { IndexHeader } from './header.js'

/**
 * Makes an index of a folder of latents, which `pvae encode` has written.
 * @throws CollectionError as openLatents and buildIndex
 */
export async function indexLatents (
  folder: string, target: string, options: Omit<BuildOptions, 'pictures'> = {}
): Promise<IndexHeader> {
  const { manifest, tables } = await openLatents(folder)
  const { root, fit, invert } = manifest
  return await buildIndex(target, cardOf(manifest), tables(), { ...options, pictures: { root, fit, invert } })
}

function cardOf ({ model, version, latentSize, pixelRule, partitions, encoderSha256 }: Manifest): IndexCard {
  const placed = layOutPartitions(partitions).map((partition, i) => ({ ...partitions[i], ...partition }))
  const files = { encoder: { sha256: encoderSha256 } }
  return { name: model, version, latentSize, pixelRule, partitions: placed, files }
}
