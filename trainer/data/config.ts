import { Type, type Static } from 'typebox'

const DirectorySchema = Type.String({ minLength: 1, description: 'Folder, relative to the working directory or absolute' })

export const MnistConfigSchema = Type.Object({
  source: Type.Literal('mnist', { description: 'The original MNIST digits: 60,000 to train, 10,000 to test, 28 × 28, grey' }),
}, { additionalProperties: false })

export const IdxConfigSchema = Type.Object({
  source: Type.Literal('idx', { description: 'A folder of IDX files named as MNIST names them, e.g. Fashion-MNIST; plain or .gz' }),
  directory: DirectorySchema,
}, { additionalProperties: false })

export const FolderConfigSchema = Type.Object({
  source: Type.Literal('folder', { description: 'A tree of PNG, JPEG and WebP images, of any sizes and any count, decoded once into a cache file' }),
  directory: DirectorySchema,
  height: Type.Integer({ minimum: 1, maximum: 4096, description: 'Pixels to which every image is brought' }),
  width: Type.Integer({ minimum: 1, maximum: 4096, description: 'Pixels to which every image is brought' }),
  channels: Type.Union([Type.Literal(1), Type.Literal(3)], { description: '1: grey, 3: RGB. Transparency is laid over black' }),
  fit: Type.Union([Type.Literal('fill'), Type.Literal('contain'), Type.Literal('cover')], {
    default: 'fill',
    description: 'How an image of another shape fits: fill stretches, contain adds black bars, cover crops the edges',
  }),
  testFraction: Type.Number({
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    default: 0.1,
    description: 'Share of the images held out for testing. Each image is placed by a hash of its path: adding files moves no other',
  }),
  splitSeed: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0, description: 'Another seed gives another split' }),
  cacheDirectory: Type.Optional(Type.String({
    minLength: 1,
    description: 'Where the decoded images are kept (count × height × width × channels bytes). Default: partition-vae in the cache folder of the user: ' +
      '$XDG_CACHE_HOME, else ~/.cache',
  })),
}, { additionalProperties: false })

/** Which images a model is trained on, discriminated by `source`. */
export const DataConfigSchema = Type.Union([MnistConfigSchema, IdxConfigSchema, FolderConfigSchema], { description: 'Which images to train on' })

export type MnistConfig = Static<typeof MnistConfigSchema>
export type IdxConfig = Static<typeof IdxConfigSchema>
export type FolderConfig = Static<typeof FolderConfigSchema>
export type DataConfig = Static<typeof DataConfigSchema>
