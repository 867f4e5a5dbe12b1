import { resolve } from 'node:path'
import { readCapacity } from '@partition-vae/collections/capacity'
import { openRepository } from '@partition-vae/models'
import { createShardWorker, type EncodePiece } from '@partition-vae/collections/encode'
import { PieceUnfinished, startQueueWorker, type QueueWorker } from '@partition-vae/collections/queue'
import { TRIAL_QUEUE, type TrialPiece } from '../../tune/queue/piece.js'
import { startTrialProcesses } from '../../tune/queue/trial-processes.js'
import { threadsOfEach } from '../../tune/study/workers.js'
import { TRIAL_COMMAND } from '../commands/trial.js'
import { WORK_KINDS, type WorkerFlags, type WorkKind } from '../commands/worker.js'
import type { CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'
import { displayPath } from '../terminal/display-path.js'

interface OpenWorker extends QueueWorker {
  /** What it does, for people. */
  readonly what: string
  /** Ends the threads or processes that did the work. */
  end (): Promise<void>
}

/** Does what is in the queues until it is interrupted, or until they are empty where that is asked for. */
export async function work (flags: WorkerFlags, context: CliContext): Promise<void> {
  const { signal, stderr } = context
  const start: Record<WorkKind, typeof startEncoding> = { encode: startEncoding, tune: startTuning }
  const kinds = flags.kind === undefined ? WORK_KINDS : [flags.kind]
  const workers = await Promise.all(kinds.map(kind => start[kind](flags, context)))
  stderr.write(`${workers.map(({ what }) => what).join(', ')} at once, from ${new URL(flags.queue).host}\n`)
  const stopped = new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const drained = () => Promise.all(workers.map(worker => worker.drained()))
  await (flags.drain === true ? Promise.race([drained(), stopped]) : stopped)
  await Promise.all(workers.map(async worker => {
    await worker.close(false)
    await worker.end()
  }))
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

async function startEncoding (flags: WorkerFlags, { directory, stderr, signal }: CliContext): Promise<OpenWorker> {
  const { queue: url, threads: concurrency = readCapacity().cores, provider, maxPixels, lease, root } = flags
  const repository = openRepository(chosenDirectories(directory, flags).repository)
  const say = (text: string) => stderr.write(`${text}\n`)
  const shards = createShardWorker({
    openModel: (name, version) => repository.open(name, version),
    provider,
    maxPixels,
    threads: concurrency,
    root: root === undefined ? undefined : resolve(directory, root),
  })
  const worker = await startQueueWorker<EncodePiece>({
    url,
    concurrency,
    leaseSeconds: lease,
    signal,
    run: piece => shards.run(piece),
    onState: say,
    onDone: ({ folder, shard }) => say(`shard ${shard} of ${folder}`),
    onFailed: ({ folder, shard }, message, isGivenUp) =>
      say(`shard ${shard} of ${folder} ${isGivenUp ? 'given up' : 'failed, and is tried again'}: ${message}`),
  })
  return { ...worker, what: counted(concurrency, 'shard'), end: () => shards.close() }
}

async function startTuning (flags: WorkerFlags, { directory, stderr, signal }: CliContext): Promise<OpenWorker> {
  const { queue: url, threads, jobs, kind, lease, root } = flags
  const say = (text: string) => stderr.write(`${text}\n`)
  const where = ({ folder }: TrialPiece) => displayPath(directory, folder)
  const processes = startTrialProcesses({
    argv: [TRIAL_COMMAND],
    threads: threadsOfEach({ threads, jobs }),
    root: root === undefined ? undefined : resolve(directory, root),
    onEnd: (piece, trial, state, reason) =>
      say(`trial ${trial} of ${where(piece)} ${state}${reason === undefined ? '' : `: ${reason}`}`),
    onCrash: (piece, { trial, reason }) =>
      say(`the process of trial ${trial} of ${where(piece)} ended with ${reason}; another goes on with it`),
  })
  const worker = await startQueueWorker<TrialPiece>({
    url,
    name: TRIAL_QUEUE,
    concurrency: jobs,
    leaseSeconds: lease,
    signal,
    async run (piece, withdrawn) {
      const isDone = await processes.run(piece, AbortSignal.any([signal, withdrawn]))
      if (!isDone && !withdrawn.aborted) throw new PieceUnfinished()
    },
    // The other worker of this process tells it too.
    onState: kind === undefined ? undefined : say,
    onFailed: (piece, message, isGivenUp) =>
      say(`a trial of ${where(piece)} ${isGivenUp ? 'given up' : 'failed, and is tried again'}: ${message}`),
  })
  return { ...worker, what: counted(jobs, 'trial'), end: () => processes.close() }
}
