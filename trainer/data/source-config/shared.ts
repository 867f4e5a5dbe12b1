/** Options that several sources of images have. */
import { Type } from '@partition-vae/models/typebox'

export const DirectorySchema = Type.String({
  minLength: 1,
  description: 'Folder, relative to the working directory or absolute',
})

/** The options by which images of any size are brought to one shape. */
export const decoding = {
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

/** The options of sources of which some images are held out. */
export const splitting = {
  splitSeed: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 0,
    description: 'Another seed gives another split',
  }),
}

/** The options of sources that are decoded once. */
export const caching = {
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
