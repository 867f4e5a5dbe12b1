import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { listReport, ModelError, PIXEL_RULE, readSample, type Card, type Repository } from '@partition-vae/models'
import type { Pool } from './pool.js'
import type { ServedModel } from './served-model.js'
import type { ExecutionProvider, ProviderPreference, LoadReport } from '@partition-vae/collections/runtime'
import type { PoolLog } from './slot.js'

/** A version that is loaded, and what to call it in the pool. */
export interface LoadedVersion extends ServedModel {
  readonly key: string
}

export interface Loader {
  /** Undefined for a version that is refused: logged, once for as long as its files stay as they are. */
  load(
    name: string,
    version: number,
    options: { readonly rolling: boolean; readonly retry: boolean }
  ): Promise<LoadedVersion | undefined>
  /** The last look at a version ended so. */
  refused(name: string, version: number): boolean
}

/** Names, sizes and times of a version's files: whether it is worth another look. */
async function fingerprintOf (directory: string): Promise<string> {
  try {
    const names = (await readdir(directory)).sort()
    const files = await Promise.all(names.map(async name => {
      const { size, mtimeMs } = await stat(join(directory, name))
      return `${name} ${size} ${mtimeMs}`
    }))
    return files.join('\n')
  } catch {
    return '' // it has just gone: `open` says so
  }
}

/** Opens versions of a repository and loads them into every worker of a pool. */
export function createLoader ({
  repository,
  pool,
  provider,
  log,
}: {
  repository: Repository
  pool: Pool
  provider: ProviderPreference
  log: PoolLog
}): Loader {
  let wanted: ExecutionProvider | ProviderPreference = provider
  let logged = false
  const attempts = new Map<string, number>()
  /** Fingerprints of what was refused. */
  const refused = new Map<string, string>()

  /** The provider is the same for all: one line says which, and why it is not the one that was asked for. */
  function logProvider ({ executionProvider, fallbackReason }: LoadReport): void {
    if (logged) return
    logged = true
    if (fallbackReason === undefined) log.info({ executionProvider }, `execution provider: ${executionProvider}`)
    else {
      log.warn(
        { executionProvider, reason: fallbackReason },
        `execution provider: ${executionProvider}, because ${provider} can not be used`
      )
    }
  }

  /** Pictures of another size than the model's, or in JPEG, are not quite what it was trained on. */
  function warnOfPixelRule ({ name, version, pixelRule = 1 }: Card): void {
    if (pixelRule === PIXEL_RULE) return
    const advice = 'latents of pictures that are resized, or JPEG, can differ from those of training'
    log.warn(
      { model: name, version, pixelRule, servedPixelRule: PIXEL_RULE },
      `the model was trained with pixel rule ${pixelRule}, and is served with ${PIXEL_RULE}: ${advice}`
    )
  }

  /** A version that comes back after it was removed is another one: the old may still have work in the pool. */
  function keyOf (name: string, version: number): string {
    const id = `${name}/${version}`
    const attempt = (attempts.get(id) ?? 0) + 1
    attempts.set(id, attempt)
    return attempt === 1 ? id : `${id} (load ${attempt})`
  }

  return {
    refused: (name, version) => refused.has(`${name}/${version}`),
    async load (name, version, { rolling, retry }) {
      const id = `${name}/${version}`
      const fingerprint = await fingerprintOf(join(repository.root, name, String(version)))
      if (!retry && refused.get(id) === fingerprint) return undefined
      const key = keyOf(name, version)
      try {
        const { directory, sample, ...contents } = await repository.open(name, version)
        const { card } = contents
        const loaded = await pool.load({ key, ...contents, provider: wanted }, { rolling })
        logProvider(loaded)
        const report = (await listReport(directory)).map(({ path }) => path)
        // Asked once: every further attempt would only repeat ONNX Runtime's complaint.
        if (loaded.fallbackReason !== undefined) wanted = loaded.executionProvider
        refused.delete(id)
        log.info({ model: name, version }, 'model loaded')
        warnOfPixelRule(card)
        const { executionProvider } = loaded
        return {
          key,
          card,
          executionProvider,
          directory,
          report,
          sample: sample && { bytes: sample, header: readSample(sample, card, id) },
          run: (kind, task, cancellation) => pool.run(key, kind, task, cancellation),
        }
      } catch (error) {
        refused.set(id, fingerprint)
        const reason =
          error instanceof ModelError ? { field: error.field, expected: error.expected, found: error.found } : {}
        const { code, message } = error as Error & { code?: string }
        log.error(
          { model: name, version, code, reason, detail: ((error as Error).cause as Error | undefined)?.message },
          `model refused: ${message}`
        )
        return undefined
      }
    },
  }
}
