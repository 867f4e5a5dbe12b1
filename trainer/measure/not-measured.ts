/**
 * Leaves out a measure that can't be taken of some images, with the reason: a run that was trained is never lost to its
 * measuring.
 */
import { TrainerError } from '../foundation/errors.js'

/** Reasons by what was left out: a measure (`classification`), or a part of one (`disentanglement.factors.light`). */
export type NotMeasured = Record<string, string>

/** Says that images do not allow a measure, in words for the person who has them: no error of the program's. */
export class NotMeasurable extends Error {
  override readonly name = 'NotMeasurable'
}

/**
 * A measure, or null and the reason where it can't be taken. Not even an unexpected error costs more than the one
 * measure; numbers that are not finite count as one.
 * @param signal an interruption is no reason to leave anything out: it passes
 */
export async function measureOrLeaveOut<T extends object> (
  name: string,
  notMeasured: NotMeasured,
  measure: () => T | Promise<T>,
  signal?: AbortSignal
): Promise<T | null> {
  try {
    const measured = await measure()
    const wrong = notFinite(measured)
    if (wrong !== undefined) throw new NotMeasurable(`expected finite numbers but received ${wrong}`)
    return measured
  } catch (error) {
    if (signal?.aborted === true) throw error
    notMeasured[name] = reasonOf(error)
    return null
  }
}

/** An error in words: those of others say what they are. */
export function reasonOf (error: unknown): string {
  if (error instanceof NotMeasurable || error instanceof TrainerError) return error.message
  return error instanceof Error ? `unexpected ${error.name}: ${error.message}` : String(error)
}

/** Finds the first number in a value that JSON has no word for, and says where, e.g. `NaN for units.mig`. */
export function notFinite (value: unknown, path = ''): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${value} for ${path}`
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, part] of Object.entries(value)) {
    const wrong = notFinite(part, path === '' ? key : `${path}.${key}`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}
