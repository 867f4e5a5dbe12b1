/** Pictures of several things that are alike: any of them can be in any slot. */
import type { Preset } from './preset.js'

/** Presence, row, column, three of colour, depth, and nine of form; or scale, and eight of form. */
const SLOT_UNITS = 16
/** Edges are where they are after two steps; a third adds little. */
const POLISH = 2

/**
 * A background and slots. They look first where most is unexplained and, once they know things, from the uppermost left
 * on, so that each takes one of several that touch. An open slot costs less and less: where it costs nothing, several
 * share a thing. Half transparent edges cost little at first, while forms are still blurred.
 * @param things the most that a picture shows; there is one slot more, which stays closed
 */
const slotsModel = (things: number, extent: number, reduction: number, starts: number) => ({
  architecture: 'slots',
  partitions: [
    { name: 'background', size: 3, kind: 'background' },
    ...Array.from({ length: things + 1 }, (_, i) => ({ name: `thing${i + 1}`, size: SLOT_UNITS, kind: 'slot' })),
  ],
  extent,
  reduction,
  starts,
  polish: POLISH,
  corners: { from: 0, to: 1, start: 0.3, end: 0.3 },
  faint: { from: 0, to: 0.02, start: 0, end: 0.5 },
  price: { from: 200, to: 40, start: 0, end: 0.9 },
})

const objective = { betaWarmup: 0.3 }
const fit = (steps: number) => ({
  epochs: 1, steps, batchSize: 32, learningRate: 2e-3, adam: { beta2: 0.99 }, gradientClip: 2000,
})

export const objectPresets: readonly Preset[] = [
  {
    name: 'dsprites',
    description: 'One sprite, drawn by definition: place, scale, angle and form in units of their own',
    needsData: false,
    config: {
      name: 'dsprites',
      description: 'dSprites in one slot with a pose',
      data: { source: 'dsprites' },
      model: {
        architecture: 'slots',
        partitions: [
          { name: 'background', size: 1, kind: 'background' },
          // Presence, row, column, scale, angle, grey, depth, and one of form: there are three.
          { name: 'thing', size: 8, kind: 'slot' },
        ],
        extent: 24,
        scale: true,
        rotation: true,
        // White on black.
        colours: { things: 'one', background: 'one' },
        // One thing, which nothing hides: it is not looked at again.
        refinements: 0,
        polish: POLISH,
        encoder: { glimpse: 24 },
        corners: 0,
        faint: { from: 0, to: 0.02, start: 0, end: 0.5 },
        likelihood: { kind: 'gaussian', variance: 0.01 },
      },
      // What is turned and how large it is, is not to hang on which form it has.
      objective: { betaWarmup: 0.4, dependence: { weight: 0, within: 1000 } },
      fit: { ...fit(4000), batchSize: 64 },
    },
  },
  {
    name: 'tetrominoes',
    description: 'Three coloured pieces on black, drawn by definition, each in a slot of its own',
    needsData: false,
    config: {
      name: 'tetrominoes',
      description: 'Tetrominoes in interchangeable slots',
      data: { source: 'tetrominoes' },
      // Cells of about a pixel, and four corners to start from: pieces of one colour touch.
      model: { ...slotsModel(3, 20, 1, 4), encoder: { hidden: 256 }, decoder: { patch: 27 } },
      objective,
      fit: fit(10000),
    },
  },
  {
    name: 'multi-dsprites',
    description: 'One to four coloured sprites on a coloured ground, drawn by definition, each in a slot of its own',
    needsData: false,
    config: {
      name: 'multi-dsprites',
      description: 'Multi-dSprites in interchangeable slots',
      data: { source: 'multi-dsprites' },
      // All sprites, at all angles, to the pixel: wide networks, and cells of a pixel or less. A unit of scale spares
      // the form all sizes.
      model: {
        ...slotsModel(4, 24, 1, 1),
        scale: true,
        encoder: { glimpse: 24, hidden: 256 },
        decoder: { patch: 32, hidden: 384 },
      },
      objective,
      fit: fit(6000),
    },
  },
]
