/** A thing, or a part of one, put together of tracklets. */
import type { ImageShape } from '@partition-vae/models'
import { medianOf, quantile } from '../quantiles.js'
import type { Appearance, Looks } from './likeness.js'
import type { Region } from './regions.js'
import type { Tracklet } from './tracklets.js'

/** A thing, or a part of one, over all frames. */
export interface Identity extends Appearance {
  readonly tracklets: readonly Tracklet[]
  /** Its region in each frame; undefined where it isn't seen. */
  readonly at: ReadonlyArray<Region | undefined>
  /** Frames in which it is seen. */
  readonly seen: number
  /** Median of its regions' longer sides, in pixels. */
  readonly extent: number
}

/** An identity to which tracklets are still added. */
export interface Growing extends Appearance {
  looks: Looks
  area: number
  box: [number, number]
  speed: [number, number]
  tracklets: Tracklet[]
  at: Array<Region | undefined>
  seen: number
  /** Whether its tracklets are told by the lane that they keep to. */
  isFixed: boolean
  /** 5th and 95th percentile of its places: rows, columns. */
  band: ReadonlyArray<readonly [number, number]>
}

export interface IdentityOptions {
  readonly shape: ImageShape
  /** Frames in all. */
  readonly count: number
}

/** A region of less than this share of a thing's area may be a part of it that is seen alone. */
export const WHOLE = 0.7

/** Puts tracklets together to one identity, the longest first. @param count frames in all */
export function identityOf (tracklets: readonly Tracklet[], count: number): Identity {
  return measureExtent(growIdentity([...tracklets].sort((a, b) => b.frames.length - a.frames.length), count))
}

/** Puts tracklets together in the order in which they are given. @param count frames in all */
export function growIdentity (tracklets: readonly Tracklet[], count: number): Growing {
  const identity = emptyIdentity(tracklets[0]!, count)
  for (const tracklet of tracklets) add(identity, tracklet)
  return identity
}

/** Completes an identity to which nothing more is added. */
export function measureExtent (identity: Growing): Identity {
  return {
    ...identity,
    extent: medianOf(identity.at.flatMap(region => region === undefined
      ? []
      : [Math.max(region.bottom - region.top, region.right - region.left)])),
  }
}

/** Makes an identity that looks as a tracklet does, which it does not have yet. */
export function emptyIdentity (tracklet: Tracklet, count: number): Growing {
  return {
    looks: tracklet.looks,
    area: tracklet.area,
    box: [...tracklet.box],
    speed: [...tracklet.speed ?? [0, 0]],
    tracklets: [],
    at: new Array<Region | undefined>(count).fill(undefined),
    seen: 0,
    isFixed: false,
    band: [],
  }
}

/** Adds a tracklet; in frames that the identity is seen in already, it stays where it is. */
export function add (identity: Growing, tracklet: Tracklet): void {
  const [before, now] = [identity.seen, tracklet.frames.length]
  const mean = (a: number, b: number) => (a * before + b * now) / (before + now)
  identity.looks = identity.looks.map((value, i) => mean(value, tracklet.looks[i]!))
  identity.area = mean(identity.area, tracklet.area)
  identity.box = [mean(identity.box[0], tracklet.box[0]), mean(identity.box[1], tracklet.box[1])]
  if (tracklet.speed !== undefined) {
    identity.speed = [mean(identity.speed[0], tracklet.speed[0]), mean(identity.speed[1], tracklet.speed[1])]
  }
  identity.tracklets.push(tracklet)
  tracklet.frames.forEach((n, i) => {
    if (identity.at[n] !== undefined) return
    identity.at[n] = tracklet.regions[i]!
    identity.seen++
  })
  const regions = identity.tracklets.flatMap(({ regions }) => regions)
  identity.band = [regions.map(({ row }) => row), regions.map(({ column }) => column)]
    .map(places => [quantile(places, 0.05), quantile(places, 0.95)] as const)
}

/** Whether an identity is seen in a frame, all of it. */
export function isWhole (identity: Growing, n: number): boolean {
  return identity.at[n] !== undefined && identity.at[n].area >= WHOLE * identity.area
}
