import { readCapacity } from '@partition-vae/collections/capacity'
import type { Network } from '../model/network.js'
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
  /**
   * Threads inside one operator, for the compiled engine. Default: all cores. Sums are split by threads: other counts
   * give other last digits.
   */
  readonly threads?: number
  /** The form in which the compiled engine writes convolutions. Default `auto`. */
  readonly lowering?: Lowering
  /** The device that the compiled engine computes on. Default `cpu`. */
  readonly device?: Device
  /** Names of the compiler's rules to leave out, to see what each gains. Default none. */
  readonly without?: readonly string[]
  /** Times each operation, of the first phase where training has several. Default false. */
  readonly profile?: boolean
}

/** Creates an engine with the seed's initial state. */
export async function createEngine (options: EngineOptions): Promise<Engine> {
  const {
    network, kind = 'compiled', threads = readCapacity().cores, lowering = 'auto', device, backend, without,
    profile = false, ...rest
  } = options
  let profiles = profile
  const create = (network: Network) => {
    const ofPhase = { ...rest, network, profile: profiles }
    profiles = false
    return kind === 'compiled'
      ? createCompiledEngine({ ...ofPhase, threads, lowering, device, without })
      : createEagerEngine({ ...ofPhase, backend })
  }
  const isStaged = network.phases.length > 1 || network.prepareStep !== undefined
  return isStaged ? createStagedEngine(network, create) : create(network)
}
