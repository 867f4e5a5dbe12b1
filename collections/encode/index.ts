/** Encodes whole collections of pictures. */
export { encodeCollection, type EncodeOptions } from './collection.js'
export type { EncodeObserver, EncodeResult, FolderOptions } from './folder.js'
export { createShardWorker, queueCollection, type EncodePiece, type ShardWorker } from './queued.js'
export type { Input } from './inputs.js'
