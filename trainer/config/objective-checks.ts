/** Checks of an objective's options against each other and against the rest of a config. */
import { latentSizeOf } from '@partition-vae/models'
import { invalid } from './invalid.js'
import type { KeyPointsConfig, ObjectiveConfig } from './objective-schema.js'
import type { Schedule } from './schedule.js'
import type { RunConfig } from './schema.js'

/** Beyond it the unrolled elimination would cost more than the network. */
const LARGEST_GAUSSIAN_LATENT = 64

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Defaults that hang on other options, filled into a config before the schema's own: a scheduled β has no warm-up
 * beside its schedule, a capacity takes the place of β · KL, and the estimator discriminator has a network.
 */
export function withDependentDefaults (config: unknown): unknown {
  if (!isFields(config) || !isFields(config.objective)) return config
  const { objective } = config
  const defaults = {
    ...objective.capacity !== undefined ? { beta: 0 } : {},
    ...objective.capacity !== undefined || isFields(objective.beta) ? { betaWarmup: 0 } : {},
  }
  const { totalCorrelation } = objective
  const withNetwork = isFields(totalCorrelation) && totalCorrelation.estimator === 'discriminator'
    ? { totalCorrelation: { discriminator: {}, ...totalCorrelation } }
    : {}
  return { ...config, objective: { ...defaults, ...objective, ...withNetwork } }
}

/** @throws TrainerError PVAE_CONFIG_INVALID naming the option that goes against another */
export function checkObjective ({ model, objective, fit }: RunConfig): void {
  const { beta, betaWarmup, capacity, freeBits, totalCorrelation, dependence, pairs, labels, keyPoints } = objective
  for (const [field, schedule] of schedulesOf(objective)) {
    if (typeof schedule === 'object' && schedule.start > schedule.end) {
      throw invalid(
        `${field}.end`,
        `a fraction of at least ${schedule.start}, where the schedule starts,`,
        String(schedule.end)
      )
    }
  }
  if (typeof beta === 'object' && betaWarmup > 0) {
    throw invalid('objective.betaWarmup', '0 beside a scheduled β', String(betaWarmup))
  }
  if (capacity !== undefined && beta !== 0) {
    throw invalid(
      'objective.beta',
      '0 beside objective.capacity, which takes the place of β · KL,',
      JSON.stringify(beta)
    )
  }
  if (freeBits !== undefined && beta === 0) {
    throw invalid('objective.freeBits', 'no free bits where β is 0, which makes all of them free,', 'some')
  }
  if (totalCorrelation !== undefined) checkTotalCorrelation(totalCorrelation, model.partitions, fit.batchSize)
  if (dependence !== undefined) checkDependence(model.partitions, fit.batchSize)
  if (pairs !== undefined) checkPairs(pairs, model, fit.batchSize)
  if (keyPoints !== undefined) checkKeyPoints(keyPoints, model)
  const names = model.partitions.map(({ name }) => name)
  for (const [field, groups] of Object.entries({ labels: labels?.groups, pairs: pairs?.groups })) {
    const unknown = Object.keys(groups ?? {}).find(name => !names.includes(name))
    if (unknown !== undefined) {
      throw invalid(`objective.${field}.groups`, `names of partitions (${names.join(', ')})`, JSON.stringify(unknown))
    }
  }
}

function checkKeyPoints ({ tracks, colours, stills, threshold }: KeyPointsConfig, model: RunConfig['model']): void {
  if (model.architecture !== 'layered') {
    throw invalid(
      'objective.keyPoints',
      'none with a model whose architecture is not layered',
      `some with ${model.architecture}`
    )
  }
  if (model.attention.learned === 0) {
    throw invalid('model.attention.learned', 'more than 0 with objective.keyPoints, which train its network,', '0')
  }
  const { partitions } = model
  const namesOf = (...kinds: string[]) =>
    partitions.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name)
  const sprites = namesOf('sprite')
  const tracked = namesOf('sprite', 'camera')
  const byColour = [stills, threshold, colours].filter(value => value !== undefined).length
  if (tracks === undefined ? byColour < 3 : byColour > 0) {
    throw invalid(
      'objective.keyPoints',
      'either tracks or stills, threshold and colours',
      tracks === undefined ? 'neither' : 'some of both'
    )
  }
  const unknown = tracks?.partitions.find(name => !tracked.includes(name))
  if (unknown !== undefined) {
    throw invalid(
      'objective.keyPoints.tracks.partitions',
      `names of sprites and of the camera (${tracked.join(', ')})`,
      JSON.stringify(unknown)
    )
  }
  colours?.forEach(({ weights, centres, areas, parts }, index) => {
    const field = `objective.keyPoints.colours[${index}]`
    if (weights.length !== 4) throw invalid(`${field}.weights`, '4 factors', String(weights.length))
    if (centres.some(centre => centre.length !== 4)) {
      throw invalid(`${field}.centres`, '4 numbers for each kind', 'others')
    }
    if (areas.length !== centres.length) {
      throw invalid(`${field}.areas`, `${centres.length}, one for each kind,`, String(areas.length))
    }
    for (const { kind, partition } of parts) {
      if (kind >= centres.length) throw invalid(`${field}.parts`, `kinds below ${centres.length}`, String(kind))
      if (!sprites.includes(partition)) {
        throw invalid(`${field}.parts`, `names of sprites (${sprites.join(', ')})`, JSON.stringify(partition))
      }
    }
  })
}

function checkPairs (
  { differing, agreement }: NonNullable<ObjectiveConfig['pairs']>, model: RunConfig['model'], batchSize: number
): void {
  // Only there do image, posterior and decoded sample follow each other so simply that posteriors can be exchanged in
  // between.
  if (model.architecture !== 'joint') {
    throw invalid(
      'objective.pairs',
      'no pairs with a model whose architecture is not joint',
      `pairs with ${String(model.architecture)}`
    )
  }
  if (batchSize % 2 !== 0) throw invalid('fit.batchSize', 'an even number for batches of pairs', String(batchSize))
  if (model.partitions.length < 2) {
    throw invalid('objective.pairs', 'at least 2 partitions, some shared and some not,', '1 partition')
  }
  if (differing !== 'known' && agreement !== undefined) {
    throw invalid('objective.pairs.differing', '"known" beside objective.pairs.agreement', `"${differing}"`)
  }
}

function checkDependence (partitions: RunConfig['model']['partitions'], batchSize: number): void {
  if (partitions.length < 2) {
    throw invalid('objective.dependence', 'at least 2 partitions that could depend on each other', '1 partition')
  }
  if (batchSize < 4) {
    throw invalid('fit.batchSize', 'at least 4 images to estimate a dependence from', String(batchSize))
  }
}

function checkTotalCorrelation (
  { estimator, within, discriminator }: NonNullable<ObjectiveConfig['totalCorrelation']>,
  partitions: RunConfig['model']['partitions'],
  batchSize: number
): void {
  const latentSize = latentSizeOf(partitions)
  if (partitions.length < 2) {
    throw invalid('objective.totalCorrelation', 'at least 2 partitions to share something', '1 partition')
  }
  if (batchSize < 2) {
    throw invalid('fit.batchSize', 'at least 2 images to estimate a total correlation from', String(batchSize))
  }
  if (discriminator !== undefined && estimator !== 'discriminator') {
    throw invalid('objective.totalCorrelation.discriminator', 'estimator "discriminator"', `estimator "${estimator}"`)
  }
  if (estimator === 'minibatch') return
  if (within !== undefined) {
    throw invalid('objective.totalCorrelation.within', 'estimator "minibatch"', `estimator "${estimator}"`)
  }
  if (estimator === 'discriminator') {
    if (batchSize < partitions.length) {
      const expected = `at least as many images as there are partitions (${partitions.length}), whose images differ,`
      throw invalid('fit.batchSize', expected, String(batchSize))
    }
    return
  }
  if (latentSize > LARGEST_GAUSSIAN_LATENT) {
    throw invalid(
      'objective.totalCorrelation.estimator',
      `"minibatch" for more than ${LARGEST_GAUSSIAN_LATENT} units`,
      `"gaussian" with ${latentSize}`
    )
  }
  if (batchSize <= latentSize) {
    throw invalid(
      'fit.batchSize',
      `more images than the latent has units (${latentSize}), to estimate their covariance,`,
      String(batchSize)
    )
  }
}

/** Every schedule of an objective with its path. */
export function schedulesOf (
  objective: Omit<ObjectiveConfig, 'inputNoise' | 'contrastWeight'>
): Array<[path: string, schedule: Schedule]> {
  const { beta, capacity, freeBits, totalCorrelation, dependence, pairs, labels, keyPoints } = objective
  const schedules: Record<string, Schedule | undefined> = {
    'objective.beta': beta,
    'objective.capacity.nats': capacity?.nats,
    'objective.freeBits.nats': freeBits?.nats,
    'objective.totalCorrelation.weight': totalCorrelation?.weight,
    'objective.totalCorrelation.within': totalCorrelation?.within,
    'objective.dependence.weight': dependence?.weight,
    'objective.dependence.within': dependence?.within,
    'objective.pairs.agreement': pairs?.agreement,
    'objective.labels.weight': labels?.weight,
    'objective.keyPoints.weight': keyPoints?.weight,
  }
  return Object.entries(schedules).filter((entry): entry is [string, Schedule] => entry[1] !== undefined)
}
