/** What a list of models has that an older one had not. */
export interface Listed {
  readonly name: string
  readonly versions: readonly number[]
}

export interface News {
  readonly name: string
  readonly version: number
  /** The version before it; absent for a model that is new as a whole. */
  readonly before?: number | undefined
}

/** Finds the highest version that came, of each model. */
export function findNews (before: readonly Listed[], now: readonly Listed[]): readonly News[] {
  return now.flatMap(({ name, versions }): News[] => {
    const known = before.find(model => model.name === name)?.versions ?? []
    const version = Math.max(...versions)
    const newest = known.length === 0 ? undefined : Math.max(...known)
    return versions.length > 0 && version > (newest ?? 0) ? [{ name, version, before: newest }] : []
  })
}
