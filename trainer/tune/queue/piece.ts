/** A trial as a piece of work in a queue, and what a worker and its processes say to each other about it. */
import { createHash } from 'node:crypto'
import type { SamplerName } from '../study/settings.js'

/** The queue of trials, beside that of pictures. */
export const TRIAL_QUEUE = 'pvae-tune'

/** Asks for one trial of a study, whichever is to be run next: the journal in its folder knows. */
export interface TrialPiece {
  readonly kind: 'tune'
  /** The study's folder, as the machine that asked calls it. */
  readonly folder: string
  readonly study: string
  readonly sampler: SamplerName
  readonly prunes: boolean
  /** Trials of the study in all. */
  readonly trials: number
  /** Milliseconds since 1970, after which no trial begins. */
  readonly until?: number
  /** What relative paths in the config are relative to, as the machine that asked calls it. */
  readonly root: string
  /** For whoever wants to repeat it. */
  readonly command: string
}

/** Begins the ids of all pieces of a study. */
export function pieceIdsOf ({ folder, study }: Pick<TrialPiece, 'folder' | 'study'>): string {
  return `tune-${createHash('sha256').update(JSON.stringify([folder, study])).digest('hex').slice(0, 16)}-`
}

/** A process that ended in the middle of a trial. */
export interface Crash {
  readonly trial: number
  /** Its exit code, or the signal that killed it. */
  readonly reason: string
}

/** From the worker to one of its processes. */
export interface TrialOrder {
  readonly piece: TrialPiece
  readonly threads: number | undefined
  /** What became of the process before it. */
  readonly crash: Crash | undefined
}

/** From a process to its worker. */
export type TrialNews =
  | { readonly type: 'began', readonly trial: number }
  | { readonly type: 'ended', readonly trial: number, readonly state: string, readonly reason: string | undefined }
  | { readonly type: 'done' }
  | { readonly type: 'failed', readonly message: string }
