import type { operations } from './openapi.js'
import type { Datatypes, Format } from './tensors.js'
import type { RequestOptions } from './transport.js'

type Query<O extends keyof operations> = NonNullable<operations[O]['parameters']['query']>

/** Names of partitions: a list, or one text with commas between them. */
export type Names = string | readonly string[]

interface FormatOption<F extends Format> {
  /** Of the answer. Default: `png`. */
  readonly format?: F
}
/** What a route's query has, as the API describes it, but for `K`. */
type Options<O extends keyof operations, F extends Format, K extends string = never> =
  RequestOptions & FormatOption<F> & Omit<Query<O>, 'format' | K>

export type EncodeOptions = RequestOptions & Query<'encode'>
export type DecodeOptions<F extends Format> = Options<'decode', F>
export type ReconstructOptions<F extends Format> = Options<'reconstruct', F>

export interface LayersOptions<F extends Format, D extends keyof Datatypes>
  extends Options<'layers', F, 'partition' | 'datatype'> {
  /** Default: all. */
  readonly partition?: Names
  /** Of `raw` layers. Default: UINT8. FP32 is exact, and its colours may be beyond 1 in bright light. */
  readonly datatype?: D
}

export interface MixOptions<F extends Format> extends Options<'mix', F, 'take'> {
  /** Partitions that the mix has of B. Default: a picture for each partition, with that one of B. */
  readonly take?: Names
}

export interface TraversalOptions extends Options<'traversal', 'png' | 'webp', 'partition' | 'latent'> {
  /** Default: all. */
  readonly partition?: Names
  /** The base: D numbers. Default: the card's mean. */
  readonly latent?: ArrayLike<number>
}

export interface ImageTraversalOptions extends Options<'traverseImage', 'png' | 'webp', 'partition'> {
  /** Default: all. */
  readonly partition?: Names
}

export interface InfluenceOptions<F extends Format> extends Options<'influence', F, 'latent'> {
  /** Around which the partitions are moved: D numbers. Default: the card's mean. */
  readonly latent?: ArrayLike<number>
}

export interface SearchOptions extends RequestOptions, Omit<Query<'search'>, 'weights' | 'where'> {
  /** Of squared distances, by partition; negative: far is near. Default: all partitions weigh 1. */
  readonly weights?: Readonly<Record<string, number>>
  /** Conditions that all neighbours fulfil, e.g. `split=test`. */
  readonly where?: readonly string[]
}

/** Writes weights and conditions as a query has them. */
export function writeSearch ({ weights, where, ...query }: Omit<SearchOptions, 'signal'>): Query<'search'> {
  return {
    ...query,
    ...weights && { weights: Object.entries(weights).map(([name, weight]) => `${name}=${weight}`).join(',') },
    ...where && where.length > 0 && { where: where.map(condition => condition.replaceAll(',', '\\,')).join(',') },
  }
}

/** Writes names, or numbers, as a query has them; nothing for what is not given. */
export function listed<K extends string> (
  key: K,
  values: string | ArrayLike<string | number> | undefined
): Partial<Record<K, string>> {
  if (values === undefined) return {}
  return { [key]: typeof values === 'string' ? values : Array.from(values).join(',') } as Record<K, string>
}
