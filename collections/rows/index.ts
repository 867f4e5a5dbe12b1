/** Latents of many pictures, as files. */
export { openLatents, type Latents } from './latents.js'
export {
  EXTRA_COLUMNS, LATENT_FORMATS, readManifest, type ExtraColumn, type LatentFormat, type Manifest, type PartitionSpec,
} from './manifest.js'
export type { LatentTable } from './table.js'
