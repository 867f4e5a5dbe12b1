/** Encodes whole collections of pictures. */
export { encodeCollection, type EncodeObserver, type EncodeOptions, type EncodeResult } from './collection.js'
export type { Input } from './inputs.js'
