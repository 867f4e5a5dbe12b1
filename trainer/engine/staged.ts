/**
 * An engine for networks whose training has stages: before a step it makes the changes that are due, and goes over to a
 * larger network where a phase ends. All of it follows from the state, so that a run that is resumed anywhere does the
 * same.
 */
import type { Network } from '../model/network.js'
import { grow, phaseAt, reductionOf } from '../model/phases.js'
import type { EngineProfile } from '../profile/operation.js'
import type { Engine } from './engine.js'

/** @param create makes the engine of a phase's network with its initial state */
export async function createStagedEngine (
  network: Network, create: (network: Network) => Promise<Engine>
): Promise<Engine> {
  const { phases } = network
  let { reduction } = phaseAt(phases, 0)
  let engine = await create(network.at(reduction))
  // What is kept of the first engine must not keep its state.
  const { kind, description, endProfile: end } = engine
  let step = 0
  let profile: Promise<EngineProfile> | undefined
  const endProfile = end && (() => (profile ??= end()))

  const change = async (to: number) => {
    if (to === reduction) return
    await endProfile?.()
    await engine.dispose()
    reduction = to
    engine = await create(network.at(to))
  }

  /** Makes the changes that are due before the next step. */
  const advance = async () => {
    if (phaseAt(phases, step).reduction !== reduction) {
      const state = grow(network, await engine.readState())
      await change(phaseAt(phases, step).reduction)
      await engine.writeState(state)
    }
    const prepare = network.prepareStep?.(step)
    if (prepare === undefined) return
    const state = await engine.readState()
    await engine.writeState({ ...state, statistics: prepare(state.statistics) })
  }

  return {
    kind,
    description,
    async step (inputs) {
      await advance()
      const metrics = await engine.step(inputs)
      step++
      return metrics
    },
    readState: () => engine.readState(),
    async writeState (state) {
      await change(reductionOf(network, state))
      await engine.writeState(state)
      step = state.step
    },
    dispose: () => engine.dispose(),
    ...endProfile === undefined ? {} : { endProfile },
  }
}
