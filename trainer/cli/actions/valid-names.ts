import { validNameOf } from '../../config/valid-name.js'
import type { CliContext } from '../context.js'

/**
 * The flags with names that models and runs may have: what is written with capitals, underscores, spaces or dots
 * becomes the nearest such name, and that is said. What has no letter or digit is left for whoever checks it.
 */
export function withValidNames<F extends { readonly name?: string; readonly run?: string }> (
  flags: F,
  { stderr }: Pick<CliContext, 'stderr'>
): F {
  const changed: { name?: string; run?: string } = {}
  for (const flag of ['name', 'run'] as const) {
    const given = flags[flag]
    const valid = given === undefined ? undefined : validNameOf(given)
    if (valid === undefined || valid === given) continue
    changed[flag] = valid
    stderr.write(`--${flag} ${given}: taken as ${valid} (names have small letters, digits and dashes)\n`)
  }
  return { ...flags, ...changed }
}
