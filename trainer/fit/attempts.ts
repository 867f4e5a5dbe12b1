/** Judges attempts at a run without labels, and keeps the list of them, `restarts.json`. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Compile, Type, type Static } from '@partition-vae/models/typebox'
import { invalid } from '../config/invalid.js'
import { isSystemError } from '../foundation/errors.js'
import { writeFileAtomic, writing } from '../foundation/files.js'

/** Tells good runs from bad ones without labels. A model that has no such thing leaves it out. */
export interface AttemptQuality {
  /**
   * Share of images, 0 to 1, in which the key points of two sprites coincide: the largest over all pairs of sprites.
   */
  readonly coincidence?: number
  /** Between partitions, of samples from the posteriors, in nats. */
  readonly totalCorrelation?: number
  /**
   * Partitions that tell nothing about the image. They also share nothing: without this count, a total correlation
   * would speak for them.
   */
  readonly deadPartitions?: number
}

/** Sprites that coincide in more than half of the images hold one object between them. */
const COINCIDENCE_LIMIT = 0.5
/** Nats. In the middle of training, runs that ended well were far below, and runs that ended badly above. */
const TOTAL_CORRELATION_LIMIT = 1.5
/** Nats. A finished run below is good enough to try no other seed. */
const ACCEPTED_TOTAL_CORRELATION = 0.15
/**
 * Nats. Total correlations as close as this are alike, as they are no better known from a thousand images, and the loss
 * decides.
 */
const ALIKE = 0.05
/** Fractions of a run before which what is measured is no reason to give it up. */
const COINCIDENCE_FROM = 0.3
const TOTAL_CORRELATION_FROM = 0.5

const AttemptSchema = Type.Object({
  attempt: Type.Integer({ minimum: 1 }),
  seed: Type.Integer({ minimum: 0 }),
  outcome: Type.Union([Type.Literal('finished'), Type.Literal('given up'), Type.Literal('diverged')]),
  steps: Type.Integer({ minimum: 0 }),
  reason: Type.Optional(Type.String()),
  coincidence: Type.Optional(Type.Number()),
  totalCorrelation: Type.Optional(Type.Number()),
  deadPartitions: Type.Optional(Type.Integer({ minimum: 0 })),
  loss: Type.Optional(
    Type.Number({
      description:
        'On at most 1,000 test images after the last epoch; on the training images where these were not measured',
    })
  ),
})
export type Attempt = Static<typeof AttemptSchema>

const RestartsSchema = Type.Object({
  restarts: Type.Integer({ minimum: 1, description: 'Attempts at most' }),
  attempts: Type.Array(AttemptSchema, { description: 'Those that ended' }),
  kept: Type.Optional(Type.Integer({ minimum: 1, description: 'The attempt whose result is the run\'s' })),
})
export type Restarts = Static<typeof RestartsSchema>
const restartsSchema = Compile(RestartsSchema)

/**
 * Says why a run of this quality after a fraction `progress` of its steps is not worth going on with; undefined while
 * it is.
 */
export function reasonToGiveUp (
  { coincidence = 0, totalCorrelation = 0 }: AttemptQuality,
  progress: number
): string | undefined {
  if (coincidence > COINCIDENCE_LIMIT && progress >= COINCIDENCE_FROM) {
    return `two sprites coincide in ${Math.round(100 * coincidence)}% of the images`
  }
  if (totalCorrelation > TOTAL_CORRELATION_LIMIT && progress >= TOTAL_CORRELATION_FROM) {
    return `a total correlation of ${totalCorrelation.toFixed(2)} nats`
  }
  return undefined
}

/** Tells whether no other seed need be tried. */
export function isGoodEnough ({
  outcome,
  totalCorrelation = Infinity,
  coincidence = 0,
  deadPartitions = 0,
}: Attempt): boolean {
  return (
    outcome === 'finished' &&
    deadPartitions === 0 &&
    totalCorrelation < ACCEPTED_TOTAL_CORRELATION &&
    coincidence <= COINCIDENCE_LIMIT
  )
}

/**
 * Finds, of the finished attempts with the fewest dead partitions, the one with the lowest total correlation; among
 * those as low, the one with the lowest loss.
 */
export function bestOf (attempts: readonly Attempt[]): Attempt | undefined {
  const ended = attempts.filter(({ outcome }) => outcome === 'finished')
  const fewest = Math.min(...ended.map(({ deadPartitions = 0 }) => deadPartitions))
  const finished = ended.filter(({ deadPartitions = 0 }) => deadPartitions === fewest)
  const lowest = Math.min(...finished.map(({ totalCorrelation = 0 }) => totalCorrelation))
  const alike = finished.filter(({ totalCorrelation = 0 }) => totalCorrelation <= lowest + ALIKE)
  return alike.sort((a, b) => (a.loss ?? Infinity) - (b.loss ?? Infinity))[0]
}

/**
 * Reads how the attempts at a run went; undefined for a run without restarts.
 * @throws TrainerError PVAE_CONFIG_INVALID for a file that was changed
 */
export async function readRestarts (path: string): Promise<Restarts | undefined> {
  const file = join(path, 'restarts.json')
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined
    throw invalid(file, 'a readable list of attempts', (error as Error).message, { cause: error })
  }
  if (!restartsSchema.Check(value)) throw invalid(file, 'a list of attempts', 'something else')
  return value
}

/** @throws TrainerError PVAE_OUTPUT_UNWRITABLE */
export async function writeRestarts (path: string, restarts: Restarts): Promise<void> {
  await writeFileAtomic(join(path, 'restarts.json'), `${JSON.stringify(restarts, null, 2)}\n`)
}

/**
 * Before a run's first attempt: of how many it may have, or that it has none. What a run left that was killed before it
 * began does not count.
 */
export async function beginRestarts (path: string, restarts: number | undefined): Promise<void> {
  if (restarts !== undefined) return await writeRestarts(path, { restarts, attempts: [] })
  const file = join(path, 'restarts.json')
  await writing(file, () => rm(file, { force: true }))
}
