/** Pictures, one a file or packed in archives. */
import { Type, type Static } from '@partition-vae/models/typebox'
import { caching, decoding, DirectorySchema, splitting } from './shared.js'

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

export type FolderConfig = Static<typeof FolderConfigSchema>
export type WebDatasetConfig = Static<typeof WebDatasetConfigSchema>
