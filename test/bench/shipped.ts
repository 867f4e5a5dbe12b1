import { fileURLToPath } from 'node:url'

/** The repository of models that ships. Its versions are never named here: each benchmark takes the newest. */
export const SHIPPED = fileURLToPath(new URL('../../models/repository', import.meta.url))
