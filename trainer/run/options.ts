import type { ConfigRequest } from '../config/request.js'
import type { Corrections } from '../footage/correct.js'
import type { Device } from '../engine/devices.js'
import type { EagerBackend } from '../engine/eager-backend.js'
import type { Engine } from '../engine/engine.js'

/** Says what runs the training step. */
export interface EngineChoice {
  readonly kind: Engine['kind']
  /** For the compiled engine. Default: auto. */
  readonly device?: Device | 'auto' | undefined
  /** For the eager engine. Default: auto. */
  readonly backend?: EagerBackend | undefined
  /** Default: all cores. */
  readonly threads?: number | undefined
  /** Rules of the compiler to leave out, by name. */
  readonly without?: readonly string[] | undefined
}

/** Says what one training does beside its steps. */
export interface TrainingOptions {
  readonly engine: EngineChoice
  /** Epochs. */
  readonly evaluateEvery: number
  /** Write event files. */
  readonly tensorboard: boolean
  /** Steps whose operations are timed. Default: none. */
  readonly profileSteps?: number | undefined
}

export interface RunOptions extends TrainingOptions {
  readonly request: ConfigRequest
  /** Go on with a run, with its own config. */
  readonly resume: boolean
  /** The folder of all runs. */
  readonly runs: string
  /** The run's; for a new one default the model's. */
  readonly name?: string | undefined
  /** Attempts at most, from different seeds; of a resumed run as many as it began with. Default: a run without. */
  readonly restarts?: number | undefined
  /** Moving things to look for in footage. Default: as many as stand out. */
  readonly objects?: number | undefined
  /** What a person knows better about the things that are found in footage. */
  readonly corrections?: Corrections | undefined
  /** The root of the repository to publish to. Default: the model is measured, and not published. */
  readonly publishTo?: string | undefined
  /** Test images to publish encoded, for people to explore. Default: none. */
  readonly sampleImages?: number | undefined
  /** The command that began this, for whoever wants to repeat it. */
  readonly command: string
}
