/** Everything the trainer refuses or gives up on. The code is stable; the message is for people. */
export type TrainerErrorCode =
  | 'PVAE_CONFIG_INVALID' // a setting outside its documented range, or settings that contradict each other
  | 'PVAE_PRESET_NOT_FOUND'
  | 'PVAE_DATA_NOT_FOUND' // a data file or directory is missing or can't be read
  | 'PVAE_DATA_CORRUPT' // a data file contradicts its own header, or is of another format
  | 'PVAE_DATA_EMPTY' // no image, or fewer than a split or a batch needs
  | 'PVAE_DATA_MIXED' // parts of one data set that do not belong together
  | 'PVAE_DATA_MISMATCH' // a run is resumed on other data than it began with
  | 'PVAE_DECODER_UNAVAILABLE' // the program that reads video files is not installed, or was stopped from outside
  | 'PVAE_CHECKPOINT_INVALID'
  | 'PVAE_CHECKPOINT_MISMATCH' // a checkpoint of another config
  | 'PVAE_CHECKPOINT_NOT_FOUND'
  | 'PVAE_RUN_EXISTS'
  | 'PVAE_RUN_NOT_FOUND'
  | 'PVAE_RUN_LOCKED' // another process writes this run or cache
  | 'PVAE_OUTPUT_UNWRITABLE' // full disk, read-only file system, missing permission
  | 'PVAE_DIVERGED' // a loss or a weight is no longer finite
  | 'PVAE_KERNEL_NOT_LOWERED' // a traced kernel has no ONNX form
  | 'PVAE_TRACE_INVALID' // a traced program reads values that do not exist while tracing
  | 'PVAE_ENGINE_UNAVAILABLE' // the engine or execution provider asked for is not installed or does not load
  | 'PVAE_PAGE_NOT_BUILT' // the explorer's page is not where the build writes it
  | 'PVAE_EXPORT_MISMATCH' // an exported graph does not reproduce the model it came from
  | 'PVAE_WORKER_LOST' // a process that worked on a study ended before it was finished
  | 'PVAE_INVALID_PARAMETER' // an argument outside its documented range

/**
 * An error a user can act on: one readable line, normally `expected X for NAME but received Y` (`found Y` for data).
 */
export class TrainerError extends Error {
  override readonly name = 'TrainerError'
  readonly code: TrainerErrorCode

  constructor (code: TrainerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** An error of the operating system's file calls, e.g. ENOENT. */
export function isSystemError (error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string' && 'syscall' in error
}
