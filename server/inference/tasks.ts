import type { Golden, GridLayout, InfluenceScale, TraversalOptions } from '@partition-vae/models'
import type { ErrorMessage } from '../foundation/errors.js'
import type { BatchTimings } from './batch.js'
import type { Fit, OutputFormat } from '../image/codec.js'
import type { GraphSource, Tensors } from '@partition-vae/collections/runtime'

export interface ImageInput {
  /** PNG, JPEG or WebP files. */
  readonly images: readonly Uint8Array[]
  readonly fit: Fit
  readonly invert: boolean
  /** Largest width × height to accept. */
  readonly maxPixels: number
}

/**
 * `strip`: one file, the images side by side. `separate`: one file for each. `raw`: no file but the pixels of all
 * images, 8 bit [N, H, W, C]; the format does not matter.
 */
export type Arrangement = 'strip' | 'separate' | 'raw'

export interface ImageOutput {
  readonly arrangement: Arrangement
  readonly format: OutputFormat
}

/** The form of one composed picture: scale and file format. */
export interface PictureOutput {
  readonly layout: GridLayout
  readonly zoom: number
  readonly format: OutputFormat
}

/** The form of a picture's layers. */
export interface LayersOutput {
  readonly arrangement: Arrangement
  readonly format: OutputFormat
  /** Of `raw`: 8 bit, or little-endian float32, whose colours may be beyond 1 in bright light. */
  readonly datatype: 'UINT8' | 'FP32'
  /** Names of the partitions whose layers are wanted. */
  readonly partitions: readonly string[]
  /** As `StackOptions`. */
  readonly alpha: 'over' | 'share'
  readonly light: boolean
}

export interface LayersResult {
  /** The partitions that are given, from the back to the front. */
  readonly partitions: readonly string[]
  /** The name of the partition that is a gain, where the model has one. */
  readonly gain: string | undefined
  /** [N, 3]: the factors by which the gain multiplies red, green and blue; ones where there is none. */
  readonly factors: Float32Array
  /** A strip, a row for each latent; or RGBA of each latent's layers, one after the other; or all, [N, P, H, W, 4]. */
  readonly files: readonly Uint8Array[]
}

export type Graph = 'encoder' | 'decoder' | 'layers'

/**
 * The tasks that a worker can be given for one model, and their results. N images or latents in one task are one batch.
 */
export interface Tasks {
  /** → posterior of each image, in the order given: [N, D] twice. */
  encode: {
    readonly task: ImageInput
    readonly result: { readonly mean: Float32Array; readonly logVariance: Float32Array }
  }
  /** `latents` [N, D] → files. */
  decode: {
    readonly task: ImageOutput & { readonly latents: Float32Array }
    readonly result: { readonly files: readonly Uint8Array[] }
  }
  /** Each image → its posterior mean → files. */
  reconstruct: {
    readonly task: ImageInput &
      ImageOutput & {
        /** Each reconstruction after its image, as the model got it. Default: reconstructions alone. */
        readonly withInput?: boolean
      }
    readonly result: { readonly files: readonly Uint8Array[] }
  }
  /** `latents` [rows · columns, D], row by row → one picture of them all. */
  grid: {
    readonly task: PictureOutput & { readonly latents: Float32Array }
    readonly result: { readonly file: Uint8Array }
  }
  /** One image → a traversal around its posterior mean, the image itself before each row → one picture. */
  imageTraversal: {
    readonly task: ImageInput & PictureOutput & { readonly traversal: Omit<TraversalOptions, 'base'> }
    readonly result: { readonly file: Uint8Array }
  }
  /** Two images → both, and then for each of `takes` the first with these partitions of the second → files. */
  mix: {
    readonly task: ImageInput &
      ImageOutput &
      PictureOutput & {
        /** Partition names, each. */
        readonly takes: ReadonlyArray<readonly string[]>
      }
    readonly result: { readonly files: readonly Uint8Array[] }
  }
  /** `latent` [D] → a map for each partition of where it acts → one picture, or where raw, the maps [P, H, W]. */
  influence: {
    readonly task: PictureOutput & {
      readonly latent: Float32Array
      readonly scale: InfluenceScale
      readonly raw: boolean
    }
    readonly result: { readonly file: Uint8Array }
  }
  /** `latents` [N, D] → what each partition draws. */
  layers: { readonly task: LayersOutput & { readonly latents: Float32Array }; readonly result: LayersResult }
  /** A graph as it is: its input [rows, …] → its outputs by name. */
  infer: {
    readonly task: { readonly graph: Graph; readonly input: Float32Array; readonly rows: number }
    readonly result: { readonly outputs: Tensors }
  }
}
export type Kind = keyof Tasks
export type Task<K extends Kind> = Tasks[K]['task']
export type Result<K extends Kind> = Tasks[K]['result']
export type AnyTask = { [K in Kind]: { readonly kind: K } & Task<K> }[Kind]

/** All that a worker needs to serve one version. */
export interface ModelSource extends GraphSource {
  /** `<name>/<version>` */
  readonly key: string
  readonly golden: Golden
}

/** Main thread → worker. */
export type WorkerRequest =
  | { readonly id: number, readonly type: 'load', readonly model: ModelSource }
  | { readonly id: number, readonly type: 'share', readonly model: ModelSource, readonly folder: string }
  | { readonly id: number, readonly type: 'unload', readonly key: string }
  | { readonly id: number, readonly type: 'run', readonly key: string, readonly tasks: readonly AnyTask[] }

/** The result of one task of a batch, or its error. */
export type TaskOutcome = { readonly value: Result<Kind> } | { readonly error: ErrorMessage }

/** The answer to `run`: an outcome for each task, in order. */
export interface BatchReply {
  readonly outcomes: readonly TaskOutcome[]
  readonly timings: BatchTimings
}

/** Worker → main thread: exactly one for each request. */
export type WorkerReply =
  | { readonly id: number, readonly value: unknown }
  | { readonly id: number, readonly error: ErrorMessage }
