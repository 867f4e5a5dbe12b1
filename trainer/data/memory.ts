import { createHash } from 'node:crypto'
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { checkRead, type ImageDataset } from './dataset.js'

export interface MemoryImages {
  readonly name: string
  readonly shape: ImageShape
  /** 8 bit [count, H, W, C]. */
  readonly images: Uint8Array
  /** [count] */
  readonly labels?: Uint8Array | undefined
}

/** A data set that is small enough to be held in memory. */
export function createMemoryDataset ({ name, shape, images, labels }: MemoryImages): ImageDataset {
  const size = pixelCount(shape)
  const count = images.length / size
  const hash = createHash('sha256').update(`${shape.height}x${shape.width}x${shape.channels}\n`).update(images)
  if (labels !== undefined) hash.update('labels\n').update(labels)
  return {
    name,
    shape,
    count,
    fingerprint: hash.digest('hex'),
    ...(labels !== undefined && { labels }),
    async read (indices, out) {
      checkRead({ name, count }, size, indices, out)
      indices.forEach((index, i) => out.set(images.subarray(index * size, (index + 1) * size), i * size))
    },
    async close () {},
  }
}
