import { MODEL_NAME_PATTERN } from '@partition-vae/models'

const LONGEST = 64

/**
 * The name of a model or a run that is nearest to what a person wrote: small letters, digits and dashes, at most 64.
 * @returns e.g. `my-run-2-0` for `My_Run 2.0`; undefined where nothing is left, and for a path
 */
export function validNameOf (text: string): string | undefined {
  if (new RegExp(MODEL_NAME_PATTERN).test(text)) return text
  if (/[/\\]/.test(text)) return undefined
  // Letters without their accents: é is e, and what has no such letter is a dash.
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const name = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+/, '').slice(0, LONGEST).replace(/-+$/, '')
  return name === '' ? undefined : name
}
