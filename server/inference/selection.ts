import { didYouMean, parseModelReference, type ModelListing, type ModelReference } from '@partition-vae/models'

/** A model to serve; without a version all of its versions. */
export type SelectionEntry = ModelReference

/**
 * Reads what to serve: `mnist:1,mnist:3,other`, or with @ as the command line writes it. A name alone is all of its
 * versions; nothing at all is everything.
 */
export function parseSelection (text: string): SelectionEntry[] {
  const entries = text.split(',').map(entry => entry.trim()).filter(entry => entry !== '')
  // What is no reference is no model's name either: what is there is told then.
  return entries.map(entry => parseModelReference(entry) ?? { name: entry, version: undefined })
}

/**
 * Selects the versions of a repository that are to be served, and finds the entries that name nothing that is there.
 */
export function selectModels (
  listing: readonly ModelListing[],
  selection: readonly SelectionEntry[]
): { readonly chosen: ModelListing[]; readonly missing: string[] } {
  if (selection.length === 0) return { chosen: [...listing], missing: [] }
  const wanted = (name: string, version: number) =>
    selection.some(entry => entry.name === name && (entry.version === undefined || entry.version === version))
  const chosen = listing
    .map(({ name, versions }) => ({ name, versions: versions.filter(version => wanted(name, version)) }))
    .filter(({ versions }) => versions.length > 0)
  const missing = selection
    .filter(
      ({ name, version }) =>
        !chosen.some(model => model.name === name && (version === undefined || model.versions.includes(version)))
    )
    .map(({ name, version }) => (version === undefined ? name : `${name}:${version}`))
  return { chosen, missing }
}

/** Says of an entry that names nothing what there is. */
function describeMissing (listing: readonly ModelListing[], entry: string): string {
  const [{ name, version }] = parseSelection(entry) as [SelectionEntry]
  const model = listing.find(model => model.name === name)
  if (model !== undefined) {
    return `expected one of ${model.versions.join(', ')} for the version of ${name} in PVAE_MODELS but received ` +
      `${version}`
  }
  const names = listing.map(({ name }) => name)
  const there = names.length === 0 ? 'nothing (the repository is empty)' : `one of ${names.join(', ')}`
  return `expected ${there} for PVAE_MODELS but received ${JSON.stringify(entry)}${didYouMean(name, names)}`
}

/** A selection that names what is not there. */
export class SelectionError extends Error {
  override readonly name = 'SelectionError'

  constructor (listing: readonly ModelListing[], missing: readonly string[]) {
    super(missing.map(entry => describeMissing(listing, entry)).join('; '))
  }
}
