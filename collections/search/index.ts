export { buildIndex, type BuildOptions, type IndexCard, type LatentBatch } from './build.js'
export { splitConditions } from './condition.js'
export { CollectionError } from '../foundation/errors.js'
export { checkModel, HEADER_FILE, readHeader, type IndexedModel, type IndexHeader } from './header.js'
export { indexLatents } from './index-latents.js'
export type { MetadataRow, MetadataValue } from './metadata.js'
export {
  countThreads, DEFAULT_NEIGHBOURS, openIndex, type Neighbour, type SearchIndex, type SearchQuery,
} from './open-index.js'
export { MAX_NEIGHBOURS, parseWeights, SCALES, type Scale, type Weights } from './query.js'
export type { ThreadOptions } from './thread.js'
