/**
 * The measures that need to know what images show: true factors, the scene behind them, or classes. What a data set
 * doesn't know is left out.
 */
import { measureBound } from './known-truth/bound.js'
import { measureClasses } from './known-truth/classes.js'
import { beginFactors } from './known-truth/factors.js'
import { measureCounterfactual, measureObjects } from './known-truth/scenes.js'
import type { KnownTruthOptions } from './known-truth/source.js'
import { NO_KINDS } from '../config/partition-kinds.js'
import type { Metrics } from './metrics-schema.js'
import { measureOrLeaveOut, type NotMeasured } from './not-measured.js'
import { knowsMasks, measureSegmentation } from './objects/measure.js'

export type KnownTruth = Pick<
  Metrics,
  | 'disentanglement' | 'counterfactual' | 'objects' | 'segmentation' | 'classification' | 'importanceWeighted'
  | 'notMeasured'
>

/**
 * Measures a model against what its data set knows. A measure for which the data set lacks the knowledge is absent. One
 * that these images do not allow is null, or covers less, and `notMeasured` says why: nothing here costs a trained run
 * more than the one measure.
 * @throws the signal's reason once it is aborted
 */
export async function measureKnownTruth (options: KnownTruthOptions): Promise<KnownTruth> {
  const { test, train, signal } = options
  const notMeasured: NotMeasured = {}
  const attempt = <T extends object>(name: string, measure: () => Promise<T>) =>
    measureOrLeaveOut(name, notMeasured, measure, signal)
  const begunFactors = options.begunFactors ?? await beginFactors(options)
  let truth: KnownTruth = {}
  const { scene, factors } = test
  if (scene !== undefined && factors !== undefined) {
    truth = {
      ...truth,
      counterfactual: await attempt('counterfactual', () => measureCounterfactual(options, scene, factors)),
      ...scene.objects.length > 0 && {
        objects: await attempt('objects', () => measureObjects(options, scene, factors, notMeasured)),
      },
    }
  }
  const drawn = { ...options, kinds: options.kinds ?? NO_KINDS, posteriors: begunFactors?.posteriors }
  if (knowsMasks(drawn)) {
    truth = { ...truth, segmentation: await attempt('segmentation', () => measureSegmentation(drawn)) }
  }
  if (train?.labels !== undefined && test.labels !== undefined) {
    truth = {
      ...truth,
      classification: await attempt('classification', () => measureClasses(options, train, notMeasured)),
    }
  }
  truth = {
    ...truth,
    importanceWeighted: await attempt('importanceWeighted', () =>
      measureBound(options, Math.min(options.limit ?? Infinity, options.thorough === true ? 1024 : 128))
    ),
  }
  const found = await begunFactors?.finish()
  const reasons = { ...found?.notMeasured, ...notMeasured }
  return {
    ...found && { disentanglement: found.disentanglement },
    ...truth,
    ...Object.keys(reasons).length > 0 && { notMeasured: reasons },
  }
}

/** MNIST's factors are not recorded, but can be read off its strokes. */
export const isHandwriting = ({ source }: { readonly source: string }): boolean => source === 'mnist'
