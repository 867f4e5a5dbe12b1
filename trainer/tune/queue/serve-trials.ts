/** A process of `pvae worker` that runs trials of one study, one after the other, as it is told to. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { invalid } from '../../config/invalid.js'
import { resolveRequest } from '../../config/resolve-request.js'
import { openJournal } from '../journal/file.js'
import { settingsOf, type StudyOptions } from '../study/settings.js'
import { JOURNAL, openStudy, type Study } from '../study/study.js'
import { workOnOne } from '../study/work.js'
import type { TrialNews, TrialOrder, TrialPiece } from './piece.js'

/**
 * Runs a trial for each order, until the signal is aborted: then what runs stops, and is saved.
 * @param orders all of one study
 */
export async function serveTrials (
  orders: AsyncIterable<TrialOrder>, tell: (news: TrialNews) => void, signal: AbortSignal
): Promise<void> {
  let opened: { readonly study: Study, readonly options: StudyOptions } | undefined
  try {
    for await (const { piece, threads, crash } of orders) {
      try {
        opened ??= await openBegun(piece)
        const { study, options } = opened
        if (crash !== undefined) await study.noteCrash(crash.trial, crash.reason)
        const { trials, command } = piece
        const until = performance.now() + (piece.until ?? Infinity) - Date.now()
        const work = { ...options, trials, command, until, engine: { kind: 'compiled', threads } } as const
        const outcome = await workOnOne(study, work, signal, {
          onClaim: trial => tell({ type: 'began', trial }),
          onEnd: (trial, { state, attributes }) =>
            tell({ type: 'ended', trial, state, reason: attributes['pvae:error'] as string | undefined }),
        })
        if (outcome !== 'interrupted') tell({ type: 'done' })
      } catch (error) {
        if (signal.aborted) throw error
        tell({ type: 'failed', message: (error as Error).message })
      }
    }
  } finally {
    await opened?.study.close()
  }
}

/**
 * Opens a study by what its journal says of it.
 * @throws TrainerError PVAE_CONFIG_INVALID where this machine does not have its folder
 */
async function openBegun ({ folder, study: name, sampler, prunes }: TrialPiece) {
  const path = join(folder, JOURNAL)
  const begun = await isFile(path) ? (await openJournal(path)).state.study(name) : undefined
  if (begun === undefined) {
    throw invalid('the queue', `trials of a study that this machine has under the same path, ${folder},`, 'none there')
  }
  const settings = settingsOf(begun)
  const { seed } = resolveRequest(settings.request)
  const options: StudyOptions = { ...settings, directory: folder, name, sampler, prunes, seed }
  return { study: await openStudy(options), options }
}

async function isFile (path: string): Promise<boolean> {
  return await stat(path).then(found => found.isFile(), () => false)
}
