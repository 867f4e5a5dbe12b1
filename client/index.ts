export { createClient, type Client, type ModelSummary } from './client.js'
export { ServiceError } from './errors.js'
export type { CanvasPixels, ImageSource, ImageSources, Pixels } from './images.js'
export {
  flattenLatent,
  latentOf,
  type Encoding,
  type Encodings,
  type Latent,
  type LatentByPartition,
} from './latents.js'
export type { Card, Layers, Model, Neighbours } from './model.js'
export type { components, operations, paths } from './openapi.js'
export type {
  DecodeOptions,
  EncodeOptions,
  ImageTraversalOptions,
  InfluenceOptions,
  LayersOptions,
  MixOptions,
  ReconstructOptions,
  SearchOptions,
  TraversalOptions,
} from './options.js'
export { parseSample, thumbnailAt, type Sample, type SampleHeader } from './sample.js'
export type { Datatypes, Format, Picture, Tensor } from './tensors.js'
export type { ClientOptions, RequestOptions } from './transport.js'
