import { TRAVERSAL_DEFAULTS, TRAVERSAL_LIMITS, TRAVERSAL_MODES } from '@partition-vae/models'
import { Type, type Static } from 'typebox'
import { FileSchema } from './common.js'

const { steps, range, factor } = TRAVERSAL_LIMITS

export const TraversalQuerySchema = Type.Object({
  mode: Type.Enum([...TRAVERSAL_MODES], {
    default: TRAVERSAL_DEFAULTS.mode,
    description: '`unit`: a row for each unit, moved alone; `scale`: a row for each partition, all its elements times the step\'s factor; ' +
      '`joint`: a row for each partition, moved along its first principal direction',
  }),
  partition: Type.Optional(Type.String({ description: 'Names between commas (default: all)' })),
  steps: Type.Integer({ minimum: steps[0], maximum: steps[1], default: TRAVERSAL_DEFAULTS.steps, description: 'Columns' }),
  range: Type.Number({
    exclusiveMinimum: range[0], maximum: range[1], default: TRAVERSAL_DEFAULTS.range, description: 'unit, joint: ± posterior standard deviations around the base',
  }),
  from: Type.Number({ minimum: factor[0], maximum: factor[1], default: TRAVERSAL_DEFAULTS.from, description: 'scale: the first factor' }),
  to: Type.Number({ minimum: factor[0], maximum: factor[1], default: TRAVERSAL_DEFAULTS.to, description: 'scale: the last factor' }),
  latent: Type.Optional(Type.String({ description: 'The base: D numbers between commas (default: the card\'s mean)' })),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, description: 'The base: a sample from the prior, instead of `latent`' })),
  zoom: Type.Optional(Type.Integer({ minimum: 1, maximum: 8, description: 'Nearest (default: small images become at least 56 pixels)' })),
  labels: Type.Boolean({ default: true, description: 'Partition names on the left' }),
  format: Type.Enum(['png', 'webp'], { default: 'png' }),
}, { additionalProperties: false })
export type TraversalQuery = Static<typeof TraversalQuerySchema>

export const TraversalResponseSchema = {
  description: 'The grid',
  headers: {
    etag: { type: 'string', description: 'Of the model and the query: the same picture, always' },
    'cache-control': { type: 'string' },
  },
  content: { 'image/png': { schema: FileSchema }, 'image/webp': { schema: FileSchema } },
}
