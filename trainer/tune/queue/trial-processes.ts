/** The processes in which a worker's trials run: the worker itself stays free to renew its locks in the queue. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { invalid } from '../../config/invalid.js'
import { TrainerError } from '../../foundation/errors.js'
import type { Crash, TrialNews, TrialOrder, TrialPiece } from './piece.js'

export interface TrialProcessesOptions {
  /** The command that runs `serveTrials`. */
  readonly argv: readonly string[]
  /** Threads of a trial; undefined for all cores. */
  readonly threads: number | undefined
  /** What relative paths in configs are relative to here. Default: as where the study was asked for. */
  readonly root?: string | undefined
  readonly onEnd?: (piece: TrialPiece, trial: number, state: string, reason: string | undefined) => void
  /** Told of a process that was lost; its trial is gone on with. */
  readonly onCrash?: (piece: TrialPiece, crash: Crash) => void
}

export interface TrialProcesses {
  /**
   * Runs a trial in a process of its own.
   * @returns whether it was done, and not stopped before
   * @throws TrainerError for what would stop every trial
   */
  run (piece: TrialPiece, signal: AbortSignal): Promise<boolean>
  /** Ends processes that have nothing to do. */
  close (): Promise<void>
}

interface TrialProcess {
  readonly child: ChildProcess
  /** Trials that it can run. */
  readonly key: string
}

type Outcome = 'done' | 'stopped' | { readonly failed: string } | { readonly lost: Crash | string }

export function startTrialProcesses (options: TrialProcessesOptions): TrialProcesses {
  const idle = new Set<TrialProcess>()

  /** Takes a process that had a trial of the same study; those of others end. */
  function take (piece: TrialPiece): TrialProcess {
    const { folder, study, sampler, prunes } = piece
    const root = options.root ?? piece.root
    if (!existsSync(root)) throw invalid('--root', 'the folder that paths of the data are relative to', `${root}: none`)
    const key = JSON.stringify([root, folder, study, sampler, prunes])
    for (const process of idle) {
      idle.delete(process)
      if (process.key === key && process.child.connected) return process
      disconnect(process.child)
    }
    // A group of its own: Ctrl-C in a terminal is for the worker, which tells it.
    const child = fork(process.argv[1]!, options.argv, {
      cwd: root, detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    // One that dies while it has nothing to do is found when it is wanted again.
    child.on('error', () => {})
    return { child, key }
  }

  return {
    async run (piece, signal) {
      let crash: Crash | undefined
      while (!signal.aborted) {
        const process = take(piece)
        const outcome = await runIn(process.child, { piece, threads: options.threads, crash }, signal, options)
        if (outcome === 'stopped') return false
        if (outcome !== 'done' && 'lost' in outcome) {
          if (typeof outcome.lost === 'string') {
            throw new TrainerError('PVAE_WORKER_LOST',
              `expected a process to run trials but found one that ended with ${outcome.lost} before it had one`)
          }
          crash = outcome.lost
          options.onCrash?.(piece, crash)
          continue
        }
        idle.add(process)
        if (outcome !== 'done') throw new Error(outcome.failed)
        return true
      }
      return false
    },
    async close () {
      const children = [...idle].map(({ child }) => child)
      idle.clear()
      await Promise.all(children.map(async child => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const ended = once(child, 'exit')
        disconnect(child)
        await ended
      }))
    },
  }
}

/** Gives a process an order. Once the signal is aborted it is let go: then it saves its trial, and ends. */
async function runIn (
  child: ChildProcess, order: TrialOrder, signal: AbortSignal, { onEnd }: TrialProcessesOptions
): Promise<Outcome> {
  let trial: number | undefined
  const heard = new AbortController()
  const outcome = await new Promise<Outcome>(resolve => {
    const onMessage = (news: TrialNews) => {
      if (news.type === 'began') trial = news.trial
      else if (news.type === 'ended') onEnd?.(order.piece, news.trial, news.state, news.reason)
      else resolve(news.type === 'done' ? 'done' : { failed: news.message })
    }
    const onExit = (code: number | null, killedBy: string | null) => {
      if (code === 0 || signal.aborted) return resolve('stopped')
      const reason = String(code ?? killedBy)
      resolve({ lost: trial === undefined ? reason : { trial, reason } })
    }
    const onError = (error: Error) => resolve({ lost: error.message })
    const stop = () => disconnect(child)
    child.on('message', onMessage).on('exit', onExit).on('error', onError)
    signal.addEventListener('abort', stop)
    heard.signal.addEventListener('abort', () => {
      child.off('message', onMessage).off('exit', onExit).off('error', onError)
      signal.removeEventListener('abort', stop)
    })
    child.send(order)
    if (signal.aborted) stop()
  })
  heard.abort()
  return outcome
}

function disconnect (child: ChildProcess): void {
  if (child.connected) child.disconnect()
}
