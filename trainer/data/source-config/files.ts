/** Images in the files that MNIST has. */
import { Type } from '@partition-vae/models/typebox'
import { DirectorySchema } from './shared.js'

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
