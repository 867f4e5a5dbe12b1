import { createRandom, type Random } from '../../random/index.js'
import type { MultiDSpritesConfig } from '../source-config/drawn.js'
import type { DataSplits, Factors, ImageDataset } from '../dataset.js'
import { createDrawnDataset } from './dataset.js'
import { ORIENTATIONS, SCALES, SHAPES, SIDE, spriteOffsets, WINDOW } from './sprites.js'
import { drawWaves } from './waves.js'

/** To be raised with every change to what a picture looks like: runs on other pictures do not resume. */
const DEFINITION = 1
const MOST_SPRITES = 4

type Texture = NonNullable<MultiDSpritesConfig['texture']>
type Colour = readonly [red: number, green: number, blue: number]

interface Placed {
  readonly shape: number
  /** The pixels of the picture that it covers. */
  readonly pixels: Uint16Array
  readonly colour: Colour
}

interface Outline {
  readonly background: Colour
  readonly count: number
}

/**
 * Draws pictures as those of Multi-dSprites with coloured sprites and background (Kabra et al., "Multi-Object
 * Datasets", 2019): 64 × 64, RGB, 1 to 4 sprites before a background of one colour. Each sprite is one of dSprites (see
 * drawSprite: 3 shapes, 6 scales, 40 orientations) with its middle at any pixel from 12 to 51, so that it is wholly
 * inside; the next hides what it overlaps. All colours are uniform in RGB, 8 bit; count, sprites, places and colours
 * are equally likely and drawn by the picture's own number, the sprites anew where less than half of one would be seen.
 * Edges are hard: each pixel has the colour of one thing. Masks number the sprites from 1, back to front; a sprite's
 * class is its shape. Factors are the number of sprites and the background's colour, in [0, 1]. Training and test
 * pictures come from different streams.
 *
 * With a texture, which the field's pictures do not have, waves are added to a colour (see drawWaves), other ones for
 * each thing and for the background. Scenes are the same as without.
 */
export async function openMultiDSprites (
  { count, testCount, seed, texture = { things: 0, background: 0 } }: MultiDSpritesConfig
): Promise<DataSplits> {
  const { things, background } = texture
  const isPlain = things === 0 && background === 0
  const split = (stream: 'train' | 'test', count: number): ImageDataset => {
    const randomAt = (index: number) => createRandom(seed, 'multi-dsprites', stream, index)
    return createDrawnDataset({
      name: `multi-dsprites/${stream}`,
      shape: { height: SIDE, width: SIDE, channels: 3 },
      count,
      definition: { source: 'multi-dsprites', DEFINITION, seed, ...isPlain ? {} : { texture: { things, background } } },
      hasMasks: true,
      objectClasses: {
        names: SHAPES,
        of: index => drawPicture(randomAt(index), new Uint8Array(3 * SIDE * SIDE), new Uint8Array(SIDE * SIDE)),
      },
      factors: factorsOf(Array.from({ length: count }, (_, index) => drawOutline(randomAt(index)))),
      draw (index, image, mask = new Uint8Array(SIDE * SIDE)) {
        drawPicture(randomAt(index), image, mask)
        if (!isPlain) addTexture(createRandom(seed, 'multi-dsprites-texture', stream, index), image, mask, texture)
      },
    })
  }
  return { train: split('train', count), test: split('test', testCount), skipped: [] }
}

function factorsOf (outlines: readonly Outline[]): Factors {
  const colour = ['background/red', 'background/green', 'background/blue']
  return {
    names: ['count', ...colour],
    groups: { count: ['count'], background: colour },
    kinds: [{ kind: 'ordinal' }, { kind: 'real' }, { kind: 'real' }, { kind: 'real' }],
    values: Float64Array.from(outlines.flatMap(({ count, background }) =>
      [count, ...background.map(value => value / 255)])),
  }
}

/** Draws what comes first of a picture. */
function drawOutline (random: Random): Outline {
  return { background: drawColour(random), count: 1 + random.integer(MOST_SPRITES) }
}

/** @returns the shape of each sprite */
function drawPicture (random: Random, image: Uint8Array, mask: Uint8Array): number[] {
  const { background, count } = drawOutline(random)
  let sprites: Placed[]
  do {
    sprites = Array.from({ length: count }, () => drawSprite(random))
    mask.fill(0)
    sprites.forEach(({ pixels }, i) => { for (const pixel of pixels) mask[pixel] = i + 1 })
  } while (!sprites.every(({ pixels }, i) => 2 * pixels.filter(pixel => mask[pixel] === i + 1).length >= pixels.length))
  mask.forEach((sprite, pixel) => image.set(sprite === 0 ? background : sprites[sprite - 1]!.colour, 3 * pixel))
  return sprites.map(({ shape }) => shape)
}

function addTexture (
  random: Random, image: Uint8Array, mask: Uint8Array, { things, background }: Texture
): void {
  const waves = Array.from({ length: 1 + MOST_SPRITES }, () => drawWaves(random, SIDE))
  mask.forEach((thing, pixel) => {
    const shift = 255 * (thing === 0 ? background : things) * waves[thing]![pixel]!
    for (let at = 3 * pixel; at < 3 * pixel + 3; at++) {
      image[at] = Math.min(255, Math.max(0, Math.round(image[at]! + shift)))
    }
  })
}

function drawSprite (random: Random): Placed {
  const shape = random.integer(SHAPES.length)
  const scale = random.integer(SCALES.length)
  const orientation = random.integer(ORIENTATIONS.length)
  const [left, top] = [random.integer(SIDE - WINDOW + 1), random.integer(SIDE - WINDOW + 1)]
  const pixels = spriteOffsets({ shape, scale, orientation }).map(offset => top * SIDE + left + offset)
  return { shape, pixels, colour: drawColour(random) }
}

const drawColour = (random: Random): Colour => [random.integer(256), random.integer(256), random.integer(256)]
