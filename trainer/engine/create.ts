import { availableParallelism } from 'node:os'
import { createCompiledEngine } from './compiled.js'
import { createEagerEngine } from './eager.js'
import type { EagerBackend } from './eager-backend.js'
import type { Engine } from './engine.js'
import type { StepConfig } from './train-step.js'

export interface EngineOptions extends StepConfig {
  readonly batchSize: number
  /** Determines the initial weights. */
  readonly seed: number
  /** Default `compiled`. */
  readonly kind?: Engine['kind']
  /** For the eager engine. Default `auto`. */
  readonly backend?: EagerBackend
  /** Threads inside one operator, for the compiled engine. Default: all cores. Sums are split by threads: other counts give other last digits. */
  readonly threads?: number
}

/** An engine with the seed's initial state. @throws TrainerError PVAE_CONFIG_INVALID for a model whose sizes do not fit the image. */
export async function createEngine ({ kind = 'compiled', threads = availableParallelism(), backend, ...options }: EngineOptions): Promise<Engine> {
  return kind === 'compiled' ? createCompiledEngine({ ...options, threads }) : createEagerEngine({ ...options, backend })
}
