/** The config of a layered model's attention, which finds where sprites are. */
import { Type } from '@partition-vae/models/typebox'

const strict = { additionalProperties: false }

export const AttentionSchema = Type.Object(
  {
    sharpness: Type.Number({
      minimum: 1,
      maximum: 20,
      default: 3,
      description:
        "κ, the inverse temperature of the soft-argmax: the residual's logarithm is multiplied by it; learned from " +
          'there on',
    }),
    blur: Type.Number({
      exclusiveMinimum: 0,
      default: 0.7,
      description: 'Side of the box that smooths the residual, in extents of the sprite',
    }),
    surroundBlur: Type.Number({
      exclusiveMinimum: 0,
      default: 1.5,
      description: 'Side of the box whose mean is subtracted, in extents',
    }),
    surround: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.6,
      description: 'How much of that mean is subtracted',
    }),
    rarity: Type.Number({
      minimum: 0,
      default: 1,
      description: 'Power of the running mean of the residual by which it is divided: 0 for not at all',
    }),
    prior: Type.Number({ minimum: 0, default: 1, description: 'Weight of the prior on key points' }),
    outliers: Type.Number({
      exclusiveMinimum: 0,
      default: 2.5,
      description: 'Key points further than so many standard deviations do not move the prior',
    }),
    cluster: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.3,
      description: 'With fewer key points than this share in their largest cluster the prior is broad',
    }),
    exclusion: Type.Number({
      minimum: 0,
      maximum: 2,
      default: 1,
      description:
        'Before a sprite begins it is looked for outside of windows of so many extents around those that are drawn',
    }),
    window: Type.Union([Type.Literal('broad'), Type.Literal('always')], {
      default: 'broad',
      description:
        'Whether a key point is the mean of what is within half an extent of the mode: with a broad prior only, or ' +
          'always',
    }),
    frozenUntil: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'Until this fraction of all steps nothing but objective.keyPoints trains it',
    }),
    learned: Type.Number({
      minimum: 0,
      default: 5,
      description: 'Weight of the logits of a small convolutional network; 0: without it',
    }),
  },
  { ...strict, default: {} }
)
