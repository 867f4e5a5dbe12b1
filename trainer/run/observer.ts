import type { ImageShape, Partition } from '@partition-vae/models'
import type { Prevalence, Size } from '../config/choose-size.js'
import type { RunConfig } from '../config/schema.js'
import type { DataProgress, SkippedFile } from '../data/dataset.js'
import type { FrameCount } from '../data/video/sampling.js'
import type { Attempt } from '../fit/attempts.js'
import type { StepReport } from '../fit/options.js'
import type { EpochRecord } from '../fit/record.js'
import type { FootageAnalysis } from '../footage/analyse.js'
import type { TrainerError } from '../foundation/errors.js'
import type { EvaluationProgress } from '../measure/batches.js'
import type { Metrics } from '../measure/metrics-schema.js'
import type { ProfileSummary } from '../profile/summary.js'

/** The size that images are brought to where nobody said one. */
export interface ImageSizeChoice {
  readonly chosen: Size
  /** The size that most of the images have, or one in the middle: `prevalence` says which. */
  readonly usual: Size
  readonly prevalence: Prevalence
  /** True where they have different shapes. */
  readonly mixed: boolean
  /** `data.fit`, as it was asked for: how images of another shape are brought into the chosen one. */
  readonly fit: unknown
  /** The smallest thing that moves, in pixels of the usual size, where it was looked for and asked for more pixels. */
  readonly smallest?: Size | undefined
}

/** How many frames of a clip there are, and how many of them are taken. */
export interface ClipSummary extends FrameCount {
  readonly name: string
  readonly taken: FrameCount
}

export interface SplitSummary {
  readonly name: string
  readonly count: number
}

export interface DataSummary {
  readonly train: SplitSummary
  readonly test: SplitSummary
  /** The same for each image. */
  readonly shape: ImageShape
  readonly skipped: readonly SkippedFile[]
  /** Whole sentences about what is unusual in the data. */
  readonly notes: readonly string[]
}

/** Says why images that might be footage are modelled by a joint network. */
export type JointReason =
  | { readonly code: 'model given' } // by overrides: the model of footage would not be theirs
  | { readonly code: 'few images', readonly name: string, readonly count: number, readonly fewest: number }
  | { readonly code: 'large thing', readonly partition: string, readonly share: number, readonly largestShare: number }
  | { readonly code: 'no footage', readonly message: string } // as the analysis says

/** The kind of network that the images decided. */
export type ArchitectureChoice =
  | { readonly architecture: 'layered', readonly warnings: readonly string[] }
  | { readonly architecture: 'joint', readonly reason: JointReason }

export interface TrainingStart {
  readonly engine: string
  /** The folder of the run, or of the attempt. */
  readonly path: string
  readonly config: RunConfig
  /** Epochs of the whole run; the last may be a part of one. */
  readonly epochs: number
}

export interface AttemptStart {
  /** From 1. */
  readonly attempt: number
  /** Attempts at most. */
  readonly restarts: number
  readonly seed: number
  /** The step of the checkpoint that it goes on from. */
  readonly step?: number | undefined
}

export interface AssessmentSummary {
  readonly metrics: Metrics
  readonly config: RunConfig
  readonly partitions: readonly Partition[]
  /** The run's folder. */
  readonly path: string
  /** The folder of its report. */
  readonly report: string
}

export interface PublishedVersion {
  readonly name: string
  readonly version: number
  readonly directory: string
  /** The root of the model repository. */
  readonly repository: string
}

/**
 * Is told what goes on while it goes on, in this order. Methods get plain data and put it into words, or not: what they
 * do changes nothing about the run. Every path is absolute.
 */
export interface RunObserver {
  onClip? (clip: ClipSummary): void
  /** Frames of footage are about to be looked at for how small the things in them are. */
  onSizing? (): void
  onImageSize? (choice: ImageSizeChoice): void
  /** Told now and then while images are decoded for the first time. */
  onDecoding? (progress: DataProgress): void
  /** The data set is open, or could not be opened. */
  onDecodingEnd? (): void
  onData? (data: DataSummary): void
  /** Frames are about to be searched for things that move. */
  onAnalysing? (): void
  onAnalysis? (analysis: FootageAnalysis): void
  onArchitecture? (choice: ArchitectureChoice): void
  /** Fewer training images than a batch would have had. */
  onSmallBatch? (batch: { readonly batchSize: number, readonly images: number }): void
  /** The picture of what was found in the frames is in the run's folder. */
  onAnalysisDrawn? (path: string): void
  /** A checkpoint is damaged; the one before it is used. */
  onRefusedCheckpoint? (error: TrainerError): void
  /** The run goes on from a checkpoint; from its first step where there was none. */
  onResume? (checkpoint: { readonly step: number, readonly path: string } | undefined): void
  onAttempt? (attempt: AttemptStart): void
  onTraining? (training: TrainingStart): void
  onStep? (report: StepReport): void
  /** Told now and then while a model is measured: epochs, attempts and the result. */
  onMeasuring?: EvaluationProgress
  /** An epoch could not be measured, for a reason that is none to stop training. */
  onUnmeasured? (epoch: { readonly step: number, readonly reason: string }): void
  onMeasuringEnd? (): void
  onEpoch? (record: EpochRecord): void
  /** No step follows, whatever the reason. */
  onTrainingEnd? (): void
  onProfile? (profile: { readonly summary: ProfileSummary, readonly path: string }): void
  onAttemptEnd? (attempt: Attempt): void
  /** The result is about to be measured. */
  onAssessing? (model: { readonly step: number, readonly testImages: number }): void
  onAssessed? (assessment: AssessmentSummary): void
  onPublished? (version: PublishedVersion): void
}

/** Surrounds a run: somebody is told of it, and something may interrupt it. */
export interface RunContext {
  readonly observer: RunObserver
  /** Once aborted: the step under way is finished, all is saved, and RunInterrupted is thrown. */
  readonly signal: AbortSignal
}
