/** Measures disentanglement, of images whose factors are known or can be read off them. */
import { latentSizeOf, unitFromBytes } from '@partition-vae/models'
import { selectFactors, type Scene } from '../../data/dataset.js'
import { createRandom } from '../../random/index.js'
import { batchesOf, encodeChecked, keepPosteriors, readImages, sampleIndices, type Posteriors } from '../batches.js'
import { DIGIT_MOMENTS, digitMoments } from '../classification/index.js'
import {
  measureDisentanglement,
  usableFactors,
  type DisentanglementOptions,
  type Factors,
  type SampleRepresentations,
} from '../disentanglement/index.js'
import { measureOrLeaveOut, type NotMeasured } from '../not-measured.js'
import { createPace } from '../pace.js'
import { begin } from '../work/job.js'
import { measuredKinds } from './measured-kinds.js'
import { BATCH, encodeAll, indexGroups, type BegunFactors, type KnownTruthOptions } from './source.js'

/** Images at most: the literature takes 10,000 to learn from, and 5,000 to judge. */
const FACTOR_IMAGES = 15_000
/** The share that is held out then. */
const HELD_OUT = 1 / 3

type FactorOptions = Omit<KnownTruthOptions, 'likelihood' | 'begunFactors'>

/**
 * Encodes the images with known factors, and begins to measure disentanglement, which takes threads and no graphs from
 * then on.
 * @returns undefined where no factors are known
 */
export async function beginFactors (options: FactorOptions): Promise<BegunFactors | undefined> {
  if (!knowsFactors(options)) return undefined
  const { signal } = options
  const notMeasured: NotMeasured = {}
  let isAwaited = false
  let latest: readonly [done: number, total: number] | undefined
  // Meanwhile others tell of theirs.
  const tell = () => {
    if (isAwaited && latest !== undefined) options.progress?.('factors in partitions', ...latest, 'parts')
  }
  const encoding = begin(encodeFactors(options, notMeasured))
  const measuring = begin(measureOrLeaveOut(
    'disentanglement',
    notMeasured,
    async () => await measureDisentanglement({
      ...(await encoding).options,
      onPart (...part) {
        latest = part
        tell()
      },
    }),
    signal
  ))
  // Where this fails, so does what is begun.
  const posteriors = await encoding.then(({ posteriors }) => posteriors, () => undefined)
  return {
    posteriors,
    async finish () {
      isAwaited = true
      tell()
      return { disentanglement: await measuring, notMeasured }
    },
  }
}

async function encodeFactors (
  options: FactorOptions, notMeasured: NotMeasured
): Promise<{ options: DisentanglementOptions, posteriors: Posteriors }> {
  const { test, partitions, seed, thorough = false, limit = Infinity, work, signal } = options
  const chosen = sampleIndices(test.count, Math.min(limit, FACTOR_IMAGES))
  const leaveOut = (what: string, reason: string) => { notMeasured[`disentanglement.${what}`] = reason }
  const { factors, split } = usableFactors(await knownFactors(options, chosen), seed, HELD_OUT, (name, reason) =>
    leaveOut(`factors.${name}`, reason)
  )
  const { means, logVariances } = await encodeAll(options, test, chosen, 'images with known factors')
  const measured = {
    means,
    partitions,
    factors,
    seed,
    split,
    ...(test.labels === undefined ? {} : { classes: Uint8Array.from(chosen, index => test.labels![index]!) }),
    posterior: { samples: sampleAll(means, logVariances, seed), logVariances },
    ...(thorough && test.scene !== undefined
      ? { sampleRepresentations: representations(options, test.scene, factors) }
      : {}),
    pace: createPace(signal),
    work,
    onLeftOut: leaveOut,
  }
  return { options: measured, posteriors: keepPosteriors(chosen, means, logVariances) }
}

const knowsFactors = ({ test: { factors, shape }, handwriting = false }: FactorOptions) =>
  factors !== undefined || (handwriting && shape.channels === 1)

/** The factors of chosen test images, as the measures take them. */
async function knownFactors ({ test, signal }: FactorOptions, chosen: Uint32Array): Promise<Factors> {
  const { factors, shape } = test
  if (factors !== undefined) {
    return {
      names: factors.names,
      groups: indexGroups(factors),
      values: selectFactors(factors, chosen),
      kinds: measuredKinds(factors, chosen),
    }
  }
  const values = new Float32Array(chosen.length * DIGIT_MOMENTS.length)
  const pace = createPace(signal)
  for (const { start, indices } of batchesOf(chosen, BATCH)) {
    await pace()
    values.set(digitMoments(await readImages(test, indices), shape), start * DIGIT_MOMENTS.length)
  }
  return { names: DIGIT_MOMENTS, groups: Object.fromEntries(DIGIT_MOMENTS.map((name, k) => [name, [k]])), values }
}

function sampleAll (means: Float32Array, logVariances: Float32Array, seed: number): Float32Array {
  const noise = createRandom(seed, 'posterior-samples').fillNormal(new Float32Array(means.length))
  return noise.map((value, i) => means[i]! + Math.exp(logVariances[i]! / 2) * value)
}

/**
 * New scenes that share some factors: every other factor is taken from a random image of its own, as independent
 * factors allow.
 */
function representations (
  { inference, test, partitions, seed }: FactorOptions,
  scene: Scene,
  { names: measured }: Factors
): SampleRepresentations {
  const { names, values } = test.factors!
  // What is held fixed is counted among the factors that are measured.
  const columns = measured.map(name => names.indexOf(name))
  const random = createRandom(seed, 'factor-vae-scenes')
  const draw = () => random.integer(test.count)
  return async (fixed, count) => {
    const shared = draw()
    const rows = new Float32Array(count * names.length)
    for (let i = 0; i < rows.length; i++) {
      const k = i % names.length
      rows[i] = values[(fixed.some(factor => columns[factor] === k) ? shared : draw()) * names.length + k]!
    }
    return (await encodeChecked(inference, unitFromBytes(scene.render(rows)), count, latentSizeOf(partitions))).mean
  }
}
