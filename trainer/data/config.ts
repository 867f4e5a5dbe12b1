/** Which images a model is trained on; the sources' own options are in `source-config/`. */
import { Type, type Static } from '@partition-vae/models/typebox'
import { ArraysConfigSchema } from './source-config/arrays.js'
import {
  DSpritesConfigSchema, MultiDSpritesConfigSchema, Rooms3dConfigSchema, TableTennisConfigSchema,
  TetrominoesConfigSchema,
} from './source-config/drawn.js'
import { IdxConfigSchema, MnistConfigSchema } from './source-config/files.js'
import { Sports10ConfigSchema, VideoConfigSchema } from './source-config/frames.js'
import { FolderConfigSchema, WebDatasetConfigSchema } from './source-config/pictures.js'

/** Which images a model is trained on, discriminated by `source`. */
export const DataConfigSchema = Type.Union([
  MnistConfigSchema, IdxConfigSchema, TableTennisConfigSchema, FolderConfigSchema, VideoConfigSchema,
  Sports10ConfigSchema, MultiDSpritesConfigSchema, TetrominoesConfigSchema, DSpritesConfigSchema, Rooms3dConfigSchema,
  ArraysConfigSchema, WebDatasetConfigSchema,
], { description: 'Which images to train on' })

export type DataConfig = Static<typeof DataConfigSchema>
