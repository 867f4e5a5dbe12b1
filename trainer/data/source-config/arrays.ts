/** Images in arrays. */
import { Type, type Static } from '@partition-vae/models/typebox'
import { caching, decoding, splitting } from './shared.js'

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

export type ArraysConfig = Static<typeof ArraysConfigSchema>
