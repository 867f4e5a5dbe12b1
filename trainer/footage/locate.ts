/**
 * Where the things of a footage's analysis are in any of its frames: pseudo-labels for the attention of a layered
 * model.
 */
import { pixelCount, type ImageShape } from '@partition-vae/models'
import type { KeyPointsConfig } from '../config/objective-schema.js'
import { unpackImage } from '../model/layered/still-image.js'
import { keyPointPartitions } from '../objective/key-points.js'
import { findBlobs, type Blob } from './colours/blobs.js'
import { kindOf } from './colours/kinds.js'
import { unpackPlaces } from './places.js'

/**
 * Images [N, H, W, C], 8 bit, and which they are of the data set → [N, T, 3]: row and column in shares of the image and
 * a weight, or zeros where a thing can't be told for sure.
 */
export type Locate = (images: Uint8Array, indices: Uint32Array) => Float32Array

/** Where few images have known places, those count for the others, but at most so many times. */
const MOST_WEIGHT = 4

/**
 * Makes the function that says where things are.
 * @param count images of the data set
 * @throws TrainerError PVAE_CONFIG_INVALID for still images of another shape, and for what are no tracks
 */
export function createLocate (config: KeyPointsConfig, shape: ImageShape, count: number): Locate {
  return config.tracks === undefined ? locateByColours(config, shape) : locateByTracks(config.tracks, shape, count)
}

function locateByTracks (
  { partitions, places: text }: NonNullable<KeyPointsConfig['tracks']>,
  shape: ImageShape,
  count: number
): Locate {
  const things = partitions.length
  const size = pixelCount(shape)
  const { height, width } = shape
  const { indices: known, places } = unpackPlaces(text, 'objective.keyPoints.tracks.places', things)
  const rowOf = new Map(Array.from(known, (index, n) => [index, n]))
  const weight = Math.min(MOST_WEIGHT, count / known.length)
  return (images, indices) => {
    // Of pairs, indices name the first images only; where the second are is not looked up.
    const points = new Float32Array(images.length / size * things * 3)
    indices.forEach((index, n) => {
      const row = rowOf.get(index)
      if (row === undefined) return
      for (let t = 0; t < things; t++) {
        const at = (row * things + t) * 2
        if (Number.isNaN(places[at])) continue
        points.set([places[at]! / height, places[at + 1]! / width, weight], (n * things + t) * 3)
      }
    })
    return points
  }
}

function locateByColours (config: KeyPointsConfig, shape: ImageShape): Locate {
  const { colours = [], gain, threshold = 0 } = config
  const stills = (config.stills ?? [])
    .map((text, i) => unpackImage(text, `objective.keyPoints.stills[${i}]`, shape))
  const options = { scene: { shape, stills, gain }, threshold, palette: colours.map(({ colour }) => colour) }
  const partitions = keyPointPartitions(config)
  const parts = partitions.map(partition =>
    colours
      .flatMap(({ parts }, colour) =>
        parts.filter(part => part.partition === partition).map(part => ({ ...part, colour }))
      )
      .sort((a, b) => colours[b.colour]!.areas[b.kind]! - colours[a.colour]!.areas[a.kind]!)
  )
  const size = pixelCount(shape)
  return images => {
    const count = images.length / size
    const points = new Float32Array(count * partitions.length * 3)
    for (let n = 0; n < count; n++) {
      const alone = blobsAlone(findBlobs(images.subarray(n * size, (n + 1) * size), options), colours, shape)
      parts.forEach((candidates, t) => {
        const part = candidates.find(({ colour, kind }) => alone[colour]![kind] !== undefined)
        if (part === undefined) return
        const blob = alone[part.colour]![part.kind]!
        points.set(
          [(blob.row + part.row) / shape.height, (blob.column + part.column) / shape.width, 1],
          (n * partitions.length + t) * 3
        )
      })
    }
    return points
  }
}

/** By colour and kind the blob that is the only one of its kind; undefined where there is none or more than one. */
function blobsAlone (
  blobs: readonly Blob[],
  colours: NonNullable<KeyPointsConfig['colours']>,
  shape: ImageShape
): Array<Array<Blob | undefined>> {
  const found = colours.map(({ centres }) => centres.map((): Blob[] => []))
  for (const blob of blobs) {
    const kind = kindOf(blob, colours[blob.colour]!, shape)
    if (kind >= 0) found[blob.colour]![kind]!.push(blob)
  }
  return found.map(kinds => kinds.map(ofKind => (ofKind.length === 1 ? ofKind[0] : undefined)))
}
