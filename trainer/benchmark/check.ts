import { invalid } from '../config/invalid.js'
import { analysisOf } from '../config/request.js'
import { resizeBaseline } from '../config/resolve-request.js'
import { TrainerError } from '../foundation/errors.js'
import { createNetwork } from '../model/create-network.js'
import type { RunContext } from '../run/observer.js'
import { withData } from '../run/open-data.js'
import { openSources } from '../run/open-sources.js'
import { withFittingBatch } from '../run/small-sets.js'
import type { Contestant } from './contestants.js'

/**
 * Opens the images and checks that every model takes their size, and finds pairs in them where it needs them, before
 * the first is trained.
 * @throws TrainerError PVAE_CONFIG_INVALID naming the model that does not; as opening the data
 */
export async function checkContestants (contestants: readonly Contestant[], context: RunContext): Promise<void> {
  const { data } = contestants[0]!.asked
  await withData(data, context, async ({ train }) => {
    const { shape } = train
    for (const { name, request, asked } of contestants) {
      // What the images decide is not known yet.
      if (analysisOf(request) !== undefined) continue
      const { model } = request.baseline === undefined ? asked : resizeBaseline(request, shape)
      try {
        createNetwork(model, shape)
      } catch (error) {
        if (!(error instanceof TrainerError)) throw error
        const images = `images of ${shape.height} × ${shape.width} × ${shape.channels}`
        throw invalid(`the model ${name}`, `one that takes ${images}`, `one that does not: ${error.message}`)
      }
      if (asked.objective.pairs === undefined) continue
      try {
        await openSources(withFittingBatch(asked, train, request, {}), train)
      } catch (error) {
        if (!(error instanceof TrainerError)) throw error
        throw invalid(`the model ${name}`, `one that learns from ${train.name}`, `one that can't: ${error.message}`)
      }
    }
  })
}
