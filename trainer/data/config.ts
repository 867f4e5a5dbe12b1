import { Type, type Static } from '@partition-vae/models/typebox'

const DirectorySchema = Type.String({
  minLength: 1,
  description: 'Folder, relative to the working directory or absolute',
})

export const MnistConfigSchema = Type.Object(
  {
    source: Type.Literal('mnist', {
      description: 'The original MNIST digits: 60,000 to train, 10,000 to test, 28 × 28, grey',
    }),
  },
  { additionalProperties: false }
)

export const IdxConfigSchema = Type.Object(
  {
    source: Type.Literal('idx', {
      description: 'A folder of IDX files named as MNIST names them, e.g. Fashion-MNIST; plain or .gz',
    }),
    directory: DirectorySchema,
  },
  { additionalProperties: false }
)

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
  testCount: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 10_000, description: 'Test images' }),
  seed: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 0,
    description: 'Another seed gives other pictures',
  }),
}

export const MultiDSpritesConfigSchema = Type.Object(
  {
    source: Type.Literal('multi-dsprites', {
      description: '1 to 4 coloured sprites before a coloured background, 64 × 64, RGB, drawn by seed, with masks',
    }),
    ...drawing,
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

/** The options by which images of any size are brought to one shape. */
const decoding = {
  height: Type.Integer({ minimum: 1, maximum: 4096, description: 'Pixels to which every image is brought' }),
  width: Type.Integer({ minimum: 1, maximum: 4096, description: 'Pixels to which every image is brought' }),
  channels: Type.Union([Type.Literal(1), Type.Literal(3)], {
    description: '1: grey, 3: RGB. Transparency is laid over black',
  }),
  fit: Type.Union([Type.Literal('fill'), Type.Literal('contain'), Type.Literal('cover')], {
    default: 'fill',
    description: 'How an image of another shape fits: fill stretches, contain adds black bars, cover crops the edges',
  }),
}

const splitting = {
  splitSeed: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 0,
    description: 'Another seed gives another split',
  }),
}

const caching = {
  cacheDirectory: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Where the decoded images are kept (count × height × width × channels bytes). Default: partition-vae in the ' +
        'cache folder of the user: ' +
        '$XDG_CACHE_HOME, else ~/.cache',
    })
  ),
}

export const FolderConfigSchema = Type.Object(
  {
    source: Type.Literal('folder', {
      description: 'A tree of PNG, JPEG and WebP images, of any sizes and any count, decoded once into a cache file',
    }),
    directory: DirectorySchema,
    ...decoding,
    testFraction: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description:
        'Share of the images held out for testing. Each image is placed by a hash of its path: adding files moves ' +
          'no other. Where folders train and test hold all images, they decide',
    }),
    masks: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Folder of object masks, named as the images are: grey is the number of an object, black none',
      })
    ),
    ...splitting,
    ...caching,
  },
  { additionalProperties: false }
)

export const WebDatasetConfigSchema = Type.Object(
  {
    source: Type.Literal('webdataset', {
      description: 'WebDatasets: tar archives of samples, each an image with .cls, .json and .mask.png of its name',
    }),
    file: Type.String({
      minLength: 1,
      description: 'Archive, or folder of archives, relative to the working directory or absolute',
    }),
    ...decoding,
    testFraction: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'Share of the images held out for testing, where no archives are named train and test',
    }),
    ...splitting,
    ...caching,
  },
  { additionalProperties: false }
)

const MemberSchema = (what: string, usual: string) => Type.Optional(
  Type.String({ minLength: 1, description: `Name of the array with ${what}. Default: ${usual}, whichever is there` })
)

export const ArraysConfigSchema = Type.Object(
  {
    source: Type.Literal('arrays', {
      description:
        'Images in arrays: a NumPy (.npz, .npy) or HDF5 (.h5, .hdf5) file, plainly or as dSprites, 3D Shapes, MPI3D ' +
          'and the Multi-Object Datasets lay them out, or the folder of Cars3D or SmallNORB',
    }),
    file: Type.String({ minLength: 1, description: 'File or folder, relative to the working directory or absolute' }),
    images: MemberSchema('the images', 'imgs, images, image or x'),
    labels: MemberSchema('the classes', 'labels or y'),
    factors: MemberSchema('the factors, a row an image', 'factors or latents_values'),
    masks: MemberSchema('the object masks', 'masks or mask'),
    range: Type.Optional(
      Type.Union([Type.Literal('0..1'), Type.Literal('-1..1'), Type.Literal('0..255')], {
        description: 'Numbers that stand for black and white. Default: as the first images have it',
      })
    ),
    height: Type.Optional(decoding.height),
    width: Type.Optional(decoding.width),
    channels: Type.Optional(decoding.channels),
    fit: decoding.fit,
    testFraction: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'Share of the images held out for testing, where no split is published',
    }),
    ...splitting,
    ...caching,
  },
  { additionalProperties: false }
)

export const VideoConfigSchema = Type.Object(
  {
    source: Type.Literal('video', {
      description:
        'One clip, its frames decoded once into a cache file: animated GIF or WebP, or whatever FFmpeg reads where ' +
          'it is installed',
    }),
    file: Type.String({ minLength: 1, description: 'File, relative to the working directory or absolute' }),
    rate: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1000,
        description:
          "Frames a second that are taken, at most the clip's own. Default: all of the clip's, or every second, " +
            'third, …, at most 4000 frames',
      })
    ),
    ...decoding,
    testFraction: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'Share of the frames held out for testing, in blocks of consecutive ones',
    }),
    ...splitting,
    ...caching,
  },
  { additionalProperties: false }
)

const GenreSchema = Type.String({ minLength: 1 })

export const Sports10ConfigSchema = Type.Object(
  {
    source: Type.Literal('sports10', {
      description:
        'Sports10 (Trivedi, Liapis, Yannakakis 2021): frames of about 175 sports games of 10 genres, listed in ' +
          'train_split.csv and val_split.csv',
    }),
    root: Type.String({
      minLength: 1,
      description:
        'Folder of the data set, which holds the two CSV files; relative to the working directory or absolute',
    }),
    genre: Type.Union([GenreSchema, Type.Array(GenreSchema, { minItems: 1 })], {
      default: 'Table Tennis',
      description: 'One genre, a list, or "all". Case, spaces, dashes and underscores do not matter',
    }),
    split: Type.Union([Type.Literal('official'), Type.Literal('game'), Type.Literal('random')], {
      default: 'official',
      description:
        'official: the two CSV files; game: whole games are held out, told by the file names; random: each frame is ' +
        'placed by a hash of its ' +
        'path, so near-identical frames of a game fall on both sides',
    }),
    ...decoding,
    testFraction: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'Share of the images held out, for split game and random',
    }),
    ...splitting,
    ...caching,
  },
  { additionalProperties: false }
)

/** Which images a model is trained on, discriminated by `source`. */
export const DataConfigSchema = Type.Union([
  MnistConfigSchema, IdxConfigSchema, TableTennisConfigSchema, FolderConfigSchema, VideoConfigSchema,
  Sports10ConfigSchema, MultiDSpritesConfigSchema, TetrominoesConfigSchema, DSpritesConfigSchema, Rooms3dConfigSchema,
  ArraysConfigSchema, WebDatasetConfigSchema,
], { description: 'Which images to train on' })

export type MnistConfig = Static<typeof MnistConfigSchema>
export type IdxConfig = Static<typeof IdxConfigSchema>
export type TableTennisConfig = Static<typeof TableTennisConfigSchema>
export type MultiDSpritesConfig = Static<typeof MultiDSpritesConfigSchema>
export type TetrominoesConfig = Static<typeof TetrominoesConfigSchema>
export type DSpritesConfig = Static<typeof DSpritesConfigSchema>
export type Rooms3dConfig = Static<typeof Rooms3dConfigSchema>
export type ArraysConfig = Static<typeof ArraysConfigSchema>
export type WebDatasetConfig = Static<typeof WebDatasetConfigSchema>
export type FolderConfig = Static<typeof FolderConfigSchema>
export type VideoConfig = Static<typeof VideoConfigSchema>
export type Sports10Config = Static<typeof Sports10ConfigSchema>
export type DataConfig = Static<typeof DataConfigSchema>
