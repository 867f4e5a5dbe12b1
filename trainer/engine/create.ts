import { availableParallelism } from 'node:os'
import { createNetwork } from '../model/create-network.js'
import { phasesOf } from '../model/phases.js'
import { createCompiledEngine, type Lowering } from './compiled.js'
import type { Device } from './devices.js'
import { createEagerEngine } from './eager.js'
import type { EagerBackend } from './eager-backend.js'
import type { Engine } from './engine.js'
import { createStagedEngine } from './staged.js'
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
  /** How the compiled engine writes convolutions. Default `auto`. */
  readonly lowering?: Lowering
  /** What the compiled engine computes on. Default `cpu`. */
  readonly device?: Device
  /** Names of the compiler's rules to leave out, to see what each gains. Default none. */
  readonly without?: readonly string[]
  /** Times each operation, of the first phase where training has several. Default false. */
  readonly profile?: boolean
}

/** An engine with the seed's initial state. @throws TrainerError PVAE_CONFIG_INVALID for a model whose sizes do not fit the image. */
export async function createEngine ({ kind = 'compiled', threads = availableParallelism(), lowering = 'auto', device, backend, without, profile = false, ...options }: EngineOptions): Promise<Engine> {
  const { model, image } = options
  let profiles = profile
  const create = (reduction: number) => {
    const own = { ...options, reduction, profile: profiles }
    profiles = false
    return kind === 'compiled' ? createCompiledEngine({ ...own, threads, lowering, device, without }) : createEagerEngine({ ...own, backend })
  }
  const isStaged = phasesOf(model).length > 1 || createNetwork(model, image).prepareStep !== undefined
  return isStaged ? createStagedEngine(model, image, create) : create(1)
}
