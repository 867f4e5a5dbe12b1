/**
 * An engine for networks whose training has stages: before a step it makes the changes that are due, and goes over to a larger network where a phase
 * ends. All of it follows from the state, so that a run that is resumed anywhere does the same.
 */
import type { ImageShape } from '@partition-vae/models'
import type { ModelConfig } from '../config/schema.js'
import { createNetwork } from '../model/create-network.js'
import { grow, phaseAt, phasesOf, reductionOf } from '../model/phases.js'
import type { EngineProfile } from '../profile/operation.js'
import type { Engine } from './engine.js'

/** @param create makes the engine of a phase with its initial state */
export async function createStagedEngine (model: ModelConfig, image: ImageShape, create: (reduction: number) => Promise<Engine>): Promise<Engine> {
  const phases = phasesOf(model)
  const network = createNetwork(model, image)
  let { reduction } = phaseAt(phases, 0)
  const first = await create(reduction)
  let engine = first
  let step = 0
  let profile: Promise<EngineProfile> | undefined
  const endProfile = first.endProfile && (() => (profile ??= first.endProfile!()))

  const change = async (to: number) => {
    if (to === reduction) return
    await endProfile?.()
    await engine.dispose()
    reduction = to
    engine = await create(to)
  }

  /** What is due before the next step. */
  const advance = async () => {
    if (phaseAt(phases, step).reduction !== reduction) {
      const state = grow(model, image, await engine.readState())
      await change(phaseAt(phases, step).reduction)
      await engine.writeState(state)
    }
    const prepare = network.prepareStep?.(step)
    if (prepare === undefined) return
    const state = await engine.readState()
    await engine.writeState({ ...state, statistics: prepare(state.statistics) })
  }

  return {
    kind: engine.kind,
    description: engine.description,
    async step (inputs) {
      await advance()
      const metrics = await engine.step(inputs)
      step++
      return metrics
    },
    readState: () => engine.readState(),
    async writeState (state) {
      await change(reductionOf(model, image, state))
      await engine.writeState(state)
      step = state.step
    },
    dispose: () => engine.dispose(),
    ...endProfile === undefined ? {} : { endProfile },
  }
}
