/** Pictures that are drawn when they are asked for, as a data set. */
import { createHash } from 'node:crypto'
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { checkRead, type Factors, type ImageDataset, type ObjectClasses, type Scene } from '../dataset.js'

/** Pictures are kept if all of a split fit in this; beyond it they are drawn at every reading. */
const MAX_KEPT_BYTES = 256 * 2 ** 20

export interface DrawnImages {
  /** Source and split. */
  readonly name: string
  readonly shape: ImageShape
  readonly count: number
  /** All that decides what the pictures are: drawing each of them to hash it would take long. */
  readonly definition: Readonly<Record<string, unknown>>
  /**
   * Draws picture `index`, always the same, into `image`, 8 bit [H, W, C], which may hold another; with `mask`, 8 bit
   * [H, W], also the object that each pixel shows.
   */
  readonly draw: (index: number, image: Uint8Array, mask?: Uint8Array) => void
  readonly hasMasks: boolean
  readonly objectClasses?: ObjectClasses
  readonly factors?: Factors
  readonly scene?: Scene
  /** Whether drawing takes long enough for pictures to be kept. Default true. */
  readonly keep?: boolean
}

/** Makes a data set of pictures that are drawn by their index. */
export function createDrawnDataset (
  { name, shape, count, definition, draw, hasMasks, objectClasses, factors, scene, keep: isSlow = true }: DrawnImages
): ImageDataset {
  const size = pixelCount(shape)
  const pixels = shape.height * shape.width
  const keep = isSlow && count * size <= MAX_KEPT_BYTES
  // The operating system gives memory page by page, as pictures come to fill it.
  const kept = new Uint8Array(keep ? count * size : 0)
  const isDrawn = new Uint8Array(keep ? count : 0)

  /** Gives the memory that keeps a picture, once it is drawn. */
  function keptPicture (index: number): Uint8Array {
    const picture = kept.subarray(index * size, (index + 1) * size)
    if (isDrawn[index] === 0) {
      draw(index, picture)
      isDrawn[index] = 1
    }
    return picture
  }

  return {
    name,
    shape,
    count,
    fingerprint: createHash('sha256').update(JSON.stringify({ ...definition, name, count })).digest('hex'),
    ...objectClasses && { objectClasses },
    ...factors && { factors },
    ...scene && { scene },
    async read (indices, out) {
      checkRead({ name, count }, size, indices, out)
      indices.forEach((index, i) => {
        const picture = out.subarray(i * size, (i + 1) * size)
        if (keep) picture.set(keptPicture(index))
        else draw(index, picture)
      })
    },
    ...hasMasks && {
      async masks (indices: Uint32Array) {
        const masks = new Uint8Array(indices.length * pixels)
        checkRead({ name, count }, pixels, indices, masks)
        const picture = new Uint8Array(size)
        indices.forEach((index, i) => draw(index, picture, masks.subarray(i * pixels, (i + 1) * pixels)))
        return masks
      },
    },
    async close () {},
  }
}
