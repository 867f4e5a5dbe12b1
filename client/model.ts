import { filesOf, writeForm, type ImageSource, type ImageSources } from './images.js'
import { writeLatents, type Encodings, type Latent } from './latents.js'
import type { operations } from './openapi.js'
import {
  listed,
  writeSearch,
  type DecodeOptions,
  type EncodeOptions,
  type ImageTraversalOptions,
  type InfluenceOptions,
  type LayersOptions,
  type MixOptions,
  type ReconstructOptions,
  type SearchOptions,
  type TraversalOptions,
} from './options.js'
import { readSample, type Sample } from './sample.js'
import { bodyOf, readPicture, type Datatypes, type Format, type Picture } from './tensors.js'
import type { RequestOptions, Transport } from './transport.js'

type Json<O extends 'getModel' | 'listVersions' | 'listReport' | 'search'> =
  operations[O]['responses'][200]['content']['application/json']
export type Card = Json<'getModel'>
export type Neighbours = Json<'search'>

/** Layers of pictures. */
export interface Layers<F extends Format, D extends keyof Datatypes> {
  /** What each layer draws, from the back to the front. */
  readonly partitions: readonly string[]
  /**
   * RGBA, colours not multiplied by alpha. A tensor [N, layers, height, width, 4], or a picture with a row for each
   * latent and a column for each layer.
   */
  readonly layers: Picture<F, D>
}

/** One model. All methods reject with a ServiceError for whatever goes wrong, but an abort. */
export interface Model {
  readonly name: string
  /** Undefined: the highest that is served, at each request anew. */
  readonly version: number | undefined
  card (options?: RequestOptions): Promise<Card>
  versions (options?: RequestOptions): Promise<Json<'listVersions'>>
  /** Encodes images: posteriors by partition, in the order sent. `latentOf` makes latents of them. */
  encode (images: ImageSources, options?: EncodeOptions): Promise<Encodings>
  /** Decodes latents: one picture with all side by side, or a tensor [N, height, width, channels]. */
  decode<F extends Format = 'png'> (latents: readonly Latent[], options?: DecodeOptions<F>): Promise<Picture<F>>
  /** Draws what each partition draws, apart from the others. 404 PVAE_NO_LAYERS for models that can not. */
  layers<F extends Format = 'png', D extends keyof Datatypes = 'UINT8'> (
    latents: readonly Latent[],
    options?: LayersOptions<F, D>
  ): Promise<Layers<F, D>>
  /** Encodes and decodes images: one picture with all side by side, or a tensor [N, height, width, channels]. */
  reconstruct<F extends Format = 'png'> (images: ImageSources, options?: ReconstructOptions<F>): Promise<Picture<F>>
  /** Draws image A, image B, and A with partitions of B: side by side, or a tensor [N, height, width, channels]. */
  mix<F extends Format = 'png'> (a: ImageSource, b: ImageSource, options?: MixOptions<F>): Promise<Picture<F>>
  /** Draws a grid: what changes as partitions are moved around a latent. */
  traversal (options?: TraversalOptions): Promise<Blob>
  /** Draws a grid: what changes as partitions are moved around an image's encoding. Its first column is the image. */
  traverseImage (image: ImageSource, options?: ImageTraversalOptions): Promise<Blob>
  /** Draws where each partition acts: maps, as one picture or as a tensor FP32 [P, height, width]. */
  influence<F extends Format = 'png'> (options?: InfluenceOptions<F>): Promise<Picture<F, 'FP32'>>
  /**
   * Finds encoded images that are like an image or a latent, by partition. 404 PVAE_NO_INDEX for models without an
   * index, 409 PVAE_INDEX_MISMATCH for those that were replaced since.
   */
  search (
    like: { readonly image: ImageSource } | { readonly latent: Latent }, options?: SearchOptions
  ): Promise<Neighbours>
  /** Reads the encoded sample of the model's data. 404 PVAE_NO_SAMPLE for models that have none. */
  sample (options?: RequestOptions): Promise<Sample>
  /** Reads the thumbnails of the sample alone, WebP. */
  sheet (options?: RequestOptions): Promise<Blob>
  /** Lists the files of the report. 404 PVAE_REPORT_NOT_FOUND for models that have none. */
  report (options?: RequestOptions): Promise<Json<'listReport'>>
  /** Reads a file of the report: `metrics.json` has all measures. */
  reportFile (path: string, options?: RequestOptions): Promise<Blob>
}

/** Makes the methods of one model, or of one version of it. */
export function createModel ({ api, ask }: Transport, name: string, version?: number): Model {
  const path = { name, ...version !== undefined && { version } }
  const form = async (images: ImageSources) => ({ body: { image: await filesOf(images) }, bodySerializer: writeForm })
  const given = ({ signal }: RequestOptions) => ({ signal: signal ?? null })

  return {
    name,
    version,

    async card (options = {}) {
      return (await ask(api.GET('/v1/models/{name}', { params: { path }, ...given(options) }), options)).data
    },

    async versions (options = {}) {
      const answer = api.GET('/v1/models/{name}/versions', { params: { path: { name } }, ...given(options) })
      return (await ask(answer, options)).data
    },

    async encode (images, { signal, ...query } = {}) {
      const body = await form(images)
      const answer = api.POST('/v1/models/{name}/encode', { params: { path, query }, ...body, ...given({ signal }) })
      return (await ask(answer, { signal })).data
    },

    async decode<F extends Format = 'png'> (latents: readonly Latent[], options: DecodeOptions<F> = {}) {
      const { signal, format = 'png' as F } = options
      const answer = await ask(api.POST('/v1/models/{name}/decode', {
        params: { path, query: { format } },
        body: { latents: writeLatents(latents) },
        parseAs: bodyOf(format),
        ...given({ signal }),
      }), { signal })
      return readPicture(format, answer)
    },

    async layers<F extends Format = 'png', D extends keyof Datatypes = 'UINT8'> (
      latents: readonly Latent[],
      options: LayersOptions<F, D> = {}
    ) {
      const { signal, format = 'png' as F, partition, ...query } = options
      const answer = await ask(api.POST('/v1/models/{name}/layers', {
        params: { path, query: { ...query, ...listed('partition', partition), format } },
        body: { latents: writeLatents(latents) },
        parseAs: bodyOf(format),
        ...given({ signal }),
      }), { signal })
      const partitions = answer.response.headers.get('layer-partitions')?.split(',') ?? []
      return { partitions, layers: readPicture<F, D>(format, answer) }
    },

    async reconstruct<F extends Format = 'png'> (images: ImageSources, options: ReconstructOptions<F> = {}) {
      const { signal, format = 'png' as F, ...query } = options
      const answer = await ask(api.POST('/v1/models/{name}/reconstruct', {
        params: { path, query: { ...query, format } },
        ...await form(images),
        parseAs: bodyOf(format),
        ...given({ signal }),
      }), { signal })
      return readPicture(format, answer)
    },

    async mix<F extends Format = 'png'> (a: ImageSource, b: ImageSource, options: MixOptions<F> = {}) {
      const { signal, format = 'png' as F, take, ...query } = options
      const answer = await ask(api.POST('/v1/models/{name}/mix', {
        params: { path, query: { ...query, ...listed('take', take), format } },
        ...await form([a, b]),
        parseAs: bodyOf(format),
        ...given({ signal }),
      }), { signal })
      return readPicture(format, answer)
    },

    async traversal ({ signal, partition, latent, ...query } = {}) {
      const answer = await ask(api.GET('/v1/models/{name}/traversal', {
        params: { path, query: { ...query, ...listed('partition', partition), ...listed('latent', latent) } },
        parseAs: 'blob',
        ...given({ signal }),
      }), { signal })
      return answer.data
    },

    async traverseImage (image, { signal, partition, ...query } = {}) {
      const answer = await ask(api.POST('/v1/models/{name}/traversal', {
        params: { path, query: { ...query, ...listed('partition', partition) } },
        ...await form(image),
        parseAs: 'blob',
        ...given({ signal }),
      }), { signal })
      return answer.data
    },

    async influence<F extends Format = 'png'> (options: InfluenceOptions<F> = {}) {
      const { signal, format = 'png' as F, latent, ...query } = options
      const answer = await ask(api.GET('/v1/models/{name}/influence', {
        params: { path, query: { ...query, ...listed('latent', latent), format } },
        parseAs: bodyOf(format),
        ...given({ signal }),
      }), { signal })
      return readPicture<F, 'FP32'>(format, answer)
    },

    async search (like, { signal, ...options } = {}) {
      const params = { path, query: writeSearch(options) }
      const answer = 'latent' in like
        ? api.POST('/v1/models/{name}/search', {
          params, body: { latent: writeLatents([like.latent])[0]! }, ...given({ signal }),
        })
        : api.POST('/v1/models/{name}/search', { params, ...await form(like.image), ...given({ signal }) })
      return (await ask(answer, { signal })).data
    },

    async sample (options = {}) {
      return readSample(await ask(api.GET('/v1/models/{name}/sample', {
        params: { path, query: { format: 'raw' } },
        parseAs: 'arrayBuffer',
        ...given(options),
      }), options))
    },

    async sheet (options = {}) {
      const answer = api.GET('/v1/models/{name}/sample/sheet', { params: { path }, parseAs: 'blob', ...given(options) })
      return (await ask(answer, options)).data
    },

    async report (options = {}) {
      return (await ask(api.GET('/v1/models/{name}/report', { params: { path }, ...given(options) }), options)).data
    },

    async reportFile (file, options = {}) {
      const params = { path: { ...path, file } }
      const answer = api.GET('/v1/models/{name}/report/{file}', { params, parseAs: 'blob', ...given(options) })
      return (await ask(answer, options)).data
    },
  }
}
