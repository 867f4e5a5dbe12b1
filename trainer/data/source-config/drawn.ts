/** Images that are drawn by a definition. */
import { Type, type Static } from '@partition-vae/models/typebox'

export const TableTennisConfigSchema = Type.Object(
  {
    source: Type.Literal('table-tennis', {
      description: 'Synthetic table tennis, RGB, drawn by seed: 18 known factors in 6 groups, 4 objects with masks',
    }),
    count: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 20_000, description: 'Training images' }),
    testCount: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 4000, description: 'Test images' }),
    height: Type.Integer({ minimum: 3, maximum: 4096, default: 48, description: 'Pixels; the picture is 4:3' }),
    width: Type.Integer({ minimum: 4, maximum: 4096, default: 64, description: 'Pixels; the picture is 4:3' }),
    seed: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'Another seed gives other scenes',
    }),
  },
  { additionalProperties: false }
)

/** The options of sources whose pictures are drawn at one size. */
const drawing = {
  count: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 50_000, description: 'Training images' }),
  testCount: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 5000, description: 'Test images' }),
  seed: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 0,
    description: 'Another seed gives other pictures',
  }),
}

const texture = (of: string) => Type.Number({
  minimum: 0,
  maximum: 1,
  default: 0,
  description: `How far waves take the colour of ${of} from light to dark, a share of all there is between black and ` +
    'white; 0: one colour',
})

export const MultiDSpritesConfigSchema = Type.Object(
  {
    source: Type.Literal('multi-dsprites', {
      description: '1 to 4 coloured sprites before a coloured background, 64 × 64, RGB, drawn by seed, with masks',
    }),
    ...drawing,
    texture: Type.Optional(Type.Object({
      things: texture('things'),
      background: texture('the background'),
    }, { additionalProperties: false })),
  },
  { additionalProperties: false }
)

export const TetrominoesConfigSchema = Type.Object(
  {
    source: Type.Literal('tetrominoes', {
      description: 'Three coloured tetrominoes on black, 35 × 35, RGB, drawn by seed, with masks',
    }),
    ...drawing,
  },
  { additionalProperties: false }
)

export const DSpritesConfigSchema = Type.Object(
  {
    source: Type.Literal('dsprites', {
      description: "One of dSprites' 737,280 sprites in each picture, 64 × 64, grey, drawn: 5 known factors, masks",
    }),
    ...drawing,
  },
  { additionalProperties: false }
)

export const Rooms3dConfigSchema = Type.Object(
  {
    source: Type.Literal('rooms3d', {
      description: 'A thing in a room as in 3D Shapes, one of 480,000, 64 × 64, RGB, drawn: 6 known factors, masks',
    }),
    ...drawing,
  },
  { additionalProperties: false }
)

export type TableTennisConfig = Static<typeof TableTennisConfigSchema>
export type MultiDSpritesConfig = Static<typeof MultiDSpritesConfigSchema>
export type TetrominoesConfig = Static<typeof TetrominoesConfigSchema>
export type DSpritesConfig = Static<typeof DSpritesConfigSchema>
export type Rooms3dConfig = Static<typeof Rooms3dConfigSchema>
