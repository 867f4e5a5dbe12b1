/** A thread that encodes one shard after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { checkGolden } from '@partition-vae/models'
import { writeShard } from '../rows/shard.js'
import { openGraphs } from '../runtime/graphs.js'
import { encodeShard } from './encode-shard.js'
import { readPlan } from './plan.js'
import type { FromThread, ThreadData, ToThread } from './threads.js'

const { folder, root, manifest, source, golden, maxPixels } = workerData as ThreadData
const post = (message: FromThread) => parentPort!.postMessage(message)
/** Milliseconds between two words about how far it is. */
const TELL = 200

/** Gathers what is told too often. */
function createTeller (): (pictures: number) => void {
  let [waiting, last] = [0, performance.now()]
  return pictures => {
    waiting += pictures
    if (performance.now() - last < TELL) return
    post({ type: 'batch', pictures: waiting })
    waiting = 0
    last = performance.now()
  }
}

const { graphs, report } = await openGraphs(source)
await checkGolden(golden, source.card, graphs, `${manifest.model}/${manifest.version}`)
post({ type: 'ready', report })

parentPort!.on('message', async ({ shard }: ToThread) => {
  try {
    const names = await readPlan(folder, shard)
    const { table, failed } = await encodeShard(names, {
      card: source.card, graphs, manifest, root, maxPixels, onBatch: createTeller(),
    })
    post({ type: 'done', record: await writeShard(folder, manifest, shard, table, failed) })
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    post({ type: 'failed', message, code })
  }
})
