import type { Engine } from './engine.js'
import type { EngineProfile } from '../profile/operation.js'
import { createTimeline, type Timeline } from '../profile/timeline.js'

export interface Recording {
  /** To be trained with in place of the engine that is recorded. */
  readonly engine: Engine
  readonly timeline: Timeline
  /**
   * The steps recorded so far, without the first ones, in which memory is laid out and caches are cold; none where no
   * step was taken.
   */
  end (): Promise<EngineProfile>
}

const WARM_UP_STEPS = 5

/**
 * Records the operations of `steps` steps after the first few; then the engine goes on at its full speed.
 * @param engine one that was asked to profile
 */
export function recordProfile (engine: Engine, steps: number): Recording {
  let taken = 0
  let profile: Promise<EngineProfile> | undefined
  const end = () =>
    (profile ??= engine.endProfile!().then(runs => runs.slice(Math.min(WARM_UP_STEPS, Math.max(0, runs.length - 1)))))
  return {
    engine: {
      ...engine,
      async step (inputs) {
        const metrics = await engine.step(inputs)
        taken++
        if (taken === WARM_UP_STEPS + steps) await end()
        return metrics
      },
    },
    timeline: createTimeline(),
    end,
  }
}
