import type { DSpritesConfig } from '../source-config/drawn.js'
import type { DataSplits } from '../dataset.js'
import { openGrid, type Grid } from './grid.js'
import { FOLDS, ORIENTATIONS, SCALES, SHAPES, SIDE, spriteOffsets, WINDOW } from './sprites.js'

const PLACES = 32
/** The first place of a sprite's middle: the places are the middle half of the picture. */
const FIRST_PLACE = 16
const places = Array.from({ length: PLACES }, (_, i) => i / (PLACES - 1))

const grid: Grid = {
  source: 'dsprites',
  definition: 1,
  shape: { height: SIDE, width: SIDE, channels: 1 },
  factors: [
    { name: 'shape', kind: { kind: 'categorical', names: SHAPES }, values: [...SHAPES.keys()] },
    { name: 'scale', kind: { kind: 'ordinal' }, values: SCALES },
    {
      name: 'orientation',
      kind: { kind: 'circular', period: 2 * Math.PI, symmetry: { factor: 'shape', folds: FOLDS } },
      values: ORIENTATIONS,
    },
    { name: 'posX', kind: { kind: 'real' }, values: places },
    { name: 'posY', kind: { kind: 'real' }, values: places },
  ],
  draw ([shape, scale, orientation, x, y], image, mask) {
    const corner = (FIRST_PLACE + y! - (WINDOW >> 1)) * SIDE + FIRST_PLACE + x! - (WINDOW >> 1)
    image.fill(0)
    mask?.fill(0)
    for (const offset of spriteOffsets({ shape: shape!, scale: scale!, orientation: orientation! })) {
      image[corner + offset] = 255
      if (mask !== undefined) mask[corner + offset] = 1
    }
  },
  shapes: SHAPES,
  // Copying a sprite is as quick as copying a picture.
  keep: false,
}

/**
 * Draws pictures as those of dSprites (Matthey, Higgins, Hassabis, Lerchner, "dSprites: Disentanglement testing
 * Sprites dataset", 2017): 64 × 64, grey, one white sprite on black (see drawSprite) with each combination of 3 shapes,
 * 6 scales linearly spaced in [0.5, 1], 40 orientations in [0, 2π], both ends among them, and 32 × 32 places of its
 * middle, from pixel 16 to pixel 47, written as [0, 1]: 737,280 pictures, of which the config takes some by its seed.
 * The orientation of a square is told up to a quarter of a turn, of an ellipse up to a half.
 * @throws TrainerError PVAE_CONFIG_INVALID for more pictures than there are
 */
export async function openDSprites (config: DSpritesConfig): Promise<DataSplits> {
  return openGrid(grid, config)
}
