/** A model as people write it: `mnist`, `mnist@2` or `mnist:2`. */
export interface ModelReference {
  /** Not checked: which names there are is for the repository to say. */
  readonly name: string
  /** Undefined: whichever the reader takes where none is given. */
  readonly version: number | undefined
}

/** Integers ≥ 1 without leading zeros, small enough to be exact. Without anchors. */
export const MODEL_VERSION_PATTERN = '[1-9][0-9]{0,14}'

const REFERENCE = new RegExp(`^([^@:]+)(?:[@:](${MODEL_VERSION_PATTERN}))?$`)

/** Reads `NAME`, `NAME@VERSION` or `NAME:VERSION`; undefined for what is none of them. */
export function parseModelReference (text: string): ModelReference | undefined {
  const [, name, version] = REFERENCE.exec(text) ?? []
  return name === undefined ? undefined : { name, version: version === undefined ? undefined : Number(version) }
}

/** Writes a reference as help and messages do: `mnist@2`. */
export function formatModelReference ({ name, version }: ModelReference): string {
  return version === undefined ? name : `${name}@${version}`
}
