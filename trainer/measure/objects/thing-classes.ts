/** Whether models of interchangeable things tell of which class a thing is, without having been told. */
import type { Random } from '../../random/index.js'
import { kMeans } from '../k-means.js'
import type { Pace } from '../pace.js'
import type { ThingClasses } from './schema.js'

/** A true thing that an image shows. */
export interface SeenThing {
  /** Its class, by number. */
  readonly truth: number
  /** Units of form of the slot that it is matched to; none for a thing that no slot holds. */
  readonly form: readonly number[] | undefined
}

/** Runs of k-means, of several tries each: with many classes, some end with two of them in one cluster. */
const RUNS = 4

/**
 * Computes the accuracy of classes that clusters of forms stand for. Each true thing is matched to a segment, one for
 * one, so that the sum of intersections over unions is largest (Hungarian method). The forms of the slots of these
 * segments are clustered by k-means into as many clusters as there are classes; a cluster stands for the class that
 * most of its things have. Right is a thing whose cluster stands for its class; a thing without a segment is wrong.
 *
 * So are the sprites of DTI-Sprites (Monnier, Vincent, Ponce, Aubry, "Unsupervised Layered Image Decomposition into
 * Object Prototypes", 2021) given the classes of what they match; there sprites are learned as clusters, here they are
 * found afterwards. Several clusters may stand for one class.
 * @param things of all images
 * @param classes how many there are
 * @returns undefined for no things
 */
export async function classAccuracyOf (
  things: readonly SeenThing[], classes: number, random: Random, pace: Pace
): Promise<ThingClasses | undefined> {
  if (things.length === 0) return undefined
  const held = things.filter((thing): thing is SeenThing & { form: readonly number[] } => thing.form !== undefined)
  const counted = (of: readonly SeenThing[]) =>
    Array.from({ length: classes }, (_, k) => of.filter(({ truth }) => truth === k).length)
  const right = held.length === 0
    ? 0
    : (await clustered(held.map(({ form }) => form), classes, random, pace))
        .reduce((sum, members) => sum + Math.max(...counted(members.map(i => held[i]!))), 0)
  return {
    things: things.length,
    classes,
    accuracy: right / things.length,
    byChance: Math.max(...counted(things)) / things.length,
  }
}

/** → indices of the points of each cluster */
async function clustered (
  points: ReadonlyArray<readonly number[]>, k: number, random: Random, pace: Pace
): Promise<number[][]> {
  let best = await kMeans(points, k, random, pace)
  for (let run = 1; run < RUNS; run++) {
    const other = await kMeans(points, k, random, pace)
    if (other.cost < best.cost) best = other
  }
  const members = best.centres.map((): number[] => [])
  best.assignment.forEach((cluster, i) => members[cluster]!.push(i))
  return members
}
