/** The posterior of a pose: what the image shows by itself, and what is learned. */
import * as tf from '@tensorflow/tfjs-core'
import type { PoseUnit } from '../../config/pose-units.js'
import type { PosedModelConfig } from '../../config/posed-schema.js'
import { inLayer } from '../../onnx/layer.js'
import { encodePartition, headNetwork, splitUnits } from '../heads.js'
import { given, zeros, type Parameters } from '../parameters.js'
import type { Posterior } from '../posterior.js'
import { findPose } from './moments.js'
import type { PosedPlan } from './plan.js'
import { unitOf } from './pose.js'

/**
 * Initial log-variances: with a standard normal posterior a thing would first be drawn everywhere and turned every way,
 * and what is drawn so tells nothing of where it is.
 */
const INITIAL_LOG_VARIANCES: Readonly<Record<PoseUnit, number>> = {
  row: -6, column: -6, scale: -4, height: 0, width: 0, slant: 0, angle: -4,
}

/**
 * Units that are found have the image's own values for their means; the others are encoded as any partition.
 * @param slice [N, P], what the pose's network makes of the image
 * @param image [N, H, W, C]
 */
export function inferPose (
  slice: tf.Tensor,
  image: tf.Tensor,
  plan: PosedPlan,
  config: PosedModelConfig,
  parameters: Parameters
): Posterior {
  const { parts: { pose: { name } }, units, found } = plan
  const logVariances = units.map(unit => INITIAL_LOG_VARIANCES[unit])
  const spread = logVariances.some(value => value !== 0) ? given(Float32Array.from(logVariances)) : zeros
  if (found.length === 0) return encodePartition(slice, name, config, parameters, spread)
  const seen = inLayer('moments', () => findPose(image, found, plan.extent)) // each [N]
  const unitsSeen = new Map(found.map(unit => [unit, tf.expandDims(unitOf(unit, seen[unit]!, plan), 1)])) // each [N, 1]
  const logVariance = headNetwork(slice, units.length, name, 'log-variance', config, parameters, spread) // [N, P]
  const runs = runsOf(plan)
  const learned = learnedMeans(slice, runs, name, config, parameters)
  const means = // [N, 1] for each unit that is found, [N, units] for each run that is not
    runs.flatMap(run => run.isFound ? run.units.map(unit => unitsSeen.get(unit)!) : [learned.get(run)!])
  return { mean: means.length === 1 ? means[0]! : tf.concat(means, 1), logVariance } // each [N, P]
}

/** Means of each run of units that are not found, [N, units of the run]. */
function learnedMeans (
  slice: tf.Tensor, runs: readonly Run[], partition: string, config: PosedModelConfig, parameters: Parameters
): ReadonlyMap<Run, tf.Tensor> {
  const learned = runs.filter(({ isFound }) => !isFound)
  const sizes = learned.map(({ units }) => units.length)
  if (sizes.length === 0) return new Map()
  const count = sizes.reduce((sum, size) => sum + size, 0)
  const means = splitUnits(headNetwork(slice, count, partition, 'mean', config, parameters), sizes) // each [N, units]
  if (!config.heads.residual) return new Map(learned.map((run, i) => [run, means[i]!]))
  const slices = splitUnits(slice, runs.map(({ units }) => units.length)) // each [N, units]
  return new Map(learned.map((run, i) => [run, tf.add(means[i]!, slices[runs.indexOf(run)]!)])) // each [N, units]
}

interface Run { readonly isFound: boolean, readonly units: PoseUnit[] }

/** Cuts a pose's units into runs of those that are found, and of those that are not. */
function runsOf ({ units, found }: PosedPlan): readonly Run[] {
  const runs: Run[] = []
  for (const unit of units) {
    const isFound = found.includes(unit)
    const last = runs.at(-1)
    if (last?.isFound === isFound) last.units.push(unit)
    else runs.push({ isFound, units: [unit] })
  }
  return runs
}
