import { resolve } from 'node:path'
import { readCapacity } from '@partition-vae/collections/capacity'
import { openRepository } from '@partition-vae/models'
import { createShardWorker, type EncodePiece } from '@partition-vae/collections/encode'
import { startQueueWorker } from '@partition-vae/collections/queue'
import type { WorkerFlags } from '../commands/worker.js'
import type { CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'

/** Does what is in the queue until it is interrupted, or until the queue is empty where that is asked for. */
export async function work (flags: WorkerFlags, context: CliContext): Promise<void> {
  const { directory, stderr, signal } = context
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
  say(`${concurrency} ${concurrency === 1 ? 'shard' : 'shards'} at once, from ${new URL(url).host}`)
  const stopped = new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await (flags.drain === true ? Promise.race([worker.drained(), stopped]) : stopped)
  await worker.close(false)
  await shards.close()
}
