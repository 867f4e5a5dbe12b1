/** Fits a layered model for drawn scenes to larger ones, in which all is larger. */
import type { Size } from './choose-size.js'

interface Sprite { readonly kind: 'sprite', readonly rows: number, readonly columns: number }
interface Background { readonly kind: 'background', readonly rank?: number }
interface Other { readonly kind: 'gain' | 'layer' | 'camera' }

interface Layers {
  readonly partitions: ReadonlyArray<Sprite | Background | Other>
  readonly coarse?: { readonly factor: number }
}

/** The largest that a model may begin at. */
const COARSEST = 8
/** Values of the images that the background mixes, at most, and what it mixes where nobody says. */
const MOST_VALUES = 3.5e6
const RANK = 24

/**
 * Lets a model for scenes of one size take scenes of a multiple. With each doubling of the side it begins at half the
 * resolution, as far as 1/8, so that attention and glimpses stay as small; beyond the first a sprite's cells become
 * larger, so that there are about four times as many at most; and the background mixes fewer images. Up to 512 pixels a
 * side there are at most 8 million weights so. Scenes of less than twice the side keep the model as it is.
 * @param size of the images, RGB
 * @param base the size that the model is for
 */
export function fitLayers<M extends Layers> (model: M, { height, width }: Size, base: Size): M {
  const scale = height / base.height
  const doublings = Math.floor(Math.log2(scale))
  if (doublings < 1) return model
  let factor = Math.min(COARSEST, (model.coarse?.factor ?? 1) * 2 ** doublings)
  while (height % factor !== 0 || width % factor !== 0) factor /= 2
  const cell = 2 ** (Math.ceil(Math.log2(scale)) - 1)
  const cells = (count: number, side: number) =>
    factor * Math.min(Math.ceil(count * scale / cell / factor), Math.floor(side / cell / factor))
  const most = Math.max(1, Math.floor(MOST_VALUES / (height * width * 3)))
  return {
    ...model,
    partitions: model.partitions.map(part => {
      switch (part.kind) {
        case 'sprite': return { ...part, cell, rows: cells(part.rows, height), columns: cells(part.columns, width) }
        case 'background': return { ...part, rank: Math.min(part.rank ?? RANK, most) }
        default: return part
      }
    }),
    ...model.coarse && { coarse: { ...model.coarse, factor } },
  }
}
