import { didYouMean, type ModelListing, type Repository } from '@partition-vae/models'
import { expected, ModelNotFoundError, VersionNotFoundError } from '../foundation/errors.js'
import { selectModels, type SelectionEntry } from './selection.js'

export interface AbsenceOptions {
  readonly repository: Repository
  readonly selection: readonly SelectionEntry[]
  /** Seconds; 0: never. */
  readonly watch: number
  /** Tells whether a version was refused when it was loaded. */
  readonly refused: (name: string, version: number) => boolean
}

/** A name, and perhaps a version, that was asked for and is not served. */
interface Absence {
  readonly name: string
  /** Undefined: any. */
  readonly version: number | undefined
  /** Names, where it is the name that is not known. */
  readonly known: readonly string[]
}

/**
 * Suggests what was probably meant: a version is written `mnist:1` or `mnist@1` elsewhere, but is a part of the path
 * here.
 */
function hintOf ({ name, known }: Absence): string {
  const [, model, version] = /^(.+)[:@](\d+)$/.exec(name) ?? []
  if (model !== undefined && known.includes(model)) {
    return `; version ${version} of ${model} is at /v1/models/${model}/versions/${version}`
  }
  return didYouMean(name, known)
}

/** Errors for what is not served, and what more can be said of them with a look at the disk. */
export function createAbsences ({ repository, selection, watch, refused }: AbsenceOptions) {
  const absences = new WeakMap<Error, Absence>()
  let looking: Promise<readonly ModelListing[]> | undefined

  /** Requests for what is not there come by the thousand, if somebody likes: those that wait look together. */
  function look (): Promise<readonly ModelListing[]> {
    looking ??= repository.list().catch(() => []).finally(() => { looking = undefined })
    return looking
  }

  /** Why something that is in the repository is not served, and what to do about it. */
  function reasonOf (listing: readonly ModelListing[], { name, version }: Absence): string | undefined {
    const versionsIn = (models: readonly ModelListing[]) => models.filter(model => model.name === name)
      .flatMap(({ versions }) => versions.filter(candidate => version === undefined || candidate === version))
    if (versionsIn(listing).length === 0) return undefined
    const chosen = versionsIn(selectModels(listing, selection).chosen)
    if (chosen.length === 0) return 'it is in the repository, but not among PVAE_MODELS'
    if (chosen.every(version => refused(name, version))) {
      return 'it is in the repository, but was refused when it was loaded: the log says why. Once it is mended, ' +
        'send the service SIGHUP'
    }
    if (watch > 0) return `it is in the repository and will be loaded: PVAE_WATCH looks every ${watch} s`
    return 'it is in the repository, but was published after the service had looked: send the service SIGHUP, or ' +
      'set PVAE_WATCH'
  }

  function remember<E extends Error> (error: E, absence: Absence): E {
    absences.set(error, absence)
    return error
  }

  return {
    /** @param known names that are served */
    modelError: (known: readonly string[], name: string, version: number | undefined) =>
      remember(
        new ModelNotFoundError(expected(`one of ${known.join(', ') || 'no models'}`, 'model', JSON.stringify(name))),
        { name, version, known }
      ),
    /** @param versions that are served */
    versionError: (versions: readonly number[], name: string, version: number) =>
      remember(
        new VersionNotFoundError(expected(`one of ${versions.join(', ')}`, `version of ${name}`, String(version))),
        { name, version, known: [] }
      ),
    /** As `ModelRegistry.explain`. */
    explain<E extends Error>(error: E): E | Promise<E> {
      const absence = absences.get(error)
      if (absence === undefined) return error
      return look().then(listing => {
        const reason = reasonOf(listing, absence)
        error.message += reason === undefined ? hintOf(absence) : `; ${reason}`
        return error
      })
    },
  }
}
