/** What may change while a model is trained, in its config and at a step. */
import { Type, type Static } from '@partition-vae/models/typebox'

const strict = { additionalProperties: false }

/** A schema for a share of all steps. */
const fraction = (value: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 1, default: value, description })

/**
 * The one notation of everything that may change while a model is trained: a number, or {from, to, start, end}: `from`
 * until the fraction `start` of all steps, then in a straight line to `to` at the fraction `end`, and `to` from there
 * on.
 */
export const scheduleOf = (description: string, options: { readonly default?: number } = {}) => Type.Union([
  Type.Number({ minimum: 0 }),
  Type.Object({
    from: Type.Number({ minimum: 0 }),
    to: Type.Number({ minimum: 0 }),
    start: fraction(0, 'Fraction of all steps'),
    end: fraction(1, 'Fraction of all steps'),
  }, strict),
], { ...options, description: `${description}; a number or {from, to, start, end}` })

export type Schedule = Static<ReturnType<typeof scheduleOf>>

/** A schedule's value where `progress` ∈ [0, 1] of all steps are done. */
export function valueAt (schedule: Schedule, progress: number): number {
  if (typeof schedule === 'number') return schedule
  const { from, to, start, end } = schedule
  if (progress >= end) return to
  if (progress <= start) return from
  return from + (to - from) * (progress - start) / (end - start)
}
