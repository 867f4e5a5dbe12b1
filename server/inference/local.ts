import { pixelCount } from '@partition-vae/models'
import { isQuickPng } from '@partition-vae/models/image'
import { InferenceError } from '../foundation/errors.js'
import { isSmall } from './batch-limits.js'
import { loadModel, type LoadedModel } from './execute.js'
import { answerBatch } from './reply.js'
import type { LoadReport } from '@partition-vae/collections/runtime'
import type { AnyTask, BatchReply, ModelSource } from './tasks.js'

/**
 * To hand a request to another thread and its answer back takes 0.15 ms, in time and in CPU: more than to encode a
 * digit takes. A service that has nothing else to do encodes it where it came in. What may take longer, or much memory,
 * never runs here: it would hold up all who talk to the service.
 */
export interface LocalRunner {
  /** A version that the workers have accepted. Of those too large to be run here, nothing is kept. */
  load (model: ModelSource, report: LoadReport): Promise<void>
  unload (key: string): Promise<void>
  /** Tells whether a task may run here: one image, a plain PNG of the model's size, for a model that is quick. */
  accepts (key: string, task: AnyTask): boolean
  run (key: string, tasks: readonly AnyTask[]): Promise<BatchReply>
  close (): Promise<void>
}

/** Longest run of an encoder, one image, that does not matter to those who wait meanwhile. Milliseconds. */
const QUICK = 0.5
/**
 * A graph is optimised as it is loaded, and that would hold up everything too. Bytes of both: loaded within some 50 ms.
 */
const SMALL_GRAPHS = 8 * 2 ** 20
const TRIALS = 5

async function isQuick (model: LoadedModel, { card }: ModelSource): Promise<boolean> {
  const input = new Float32Array(pixelCount(card.image))
  let shortest = Infinity
  for (let trial = 0; trial < TRIALS; trial++) {
    const start = performance.now()
    await model.execute({ kind: 'infer', graph: 'encoder', input, rows: 1 })
    shortest = Math.min(shortest, performance.now() - start)
  }
  return shortest <= QUICK
}

/** @param quick the limit above; tests need to be sure */
export function createLocalRunner (quick = isQuick): LocalRunner {
  const models = new Map<string, { readonly model: LoadedModel, readonly source: ModelSource }>()
  /** Sessions are not released under it. */
  let running: Promise<unknown> = Promise.resolve()

  async function unload (key: string): Promise<void> {
    const loaded = models.get(key)
    models.delete(key)
    await running
    await loaded?.model.release()
  }

  return {
    unload,
    async load (source, { executionProvider }) {
      const { layers: _, ...graphs } = source // never asked for here
      const { card, encoder, decoder, weights } = graphs
      const size = encoder.length + decoder.length + (weights?.bytes ?? 0)
      if (!isSmall(card) || size > SMALL_GRAPHS || executionProvider !== 'cpu') return
      const model = await loadModel({ ...graphs, provider: 'cpu' })
      if (await quick(model, source)) models.set(source.key, { model, source })
      else await model.release()
    },
    accepts (key, task) {
      const image = models.get(key)?.source.card.image
      return (
        image !== undefined &&
        task.kind === 'encode' &&
        task.images.length === 1 &&
        isQuickPng(task.images[0]!, image, task)
      )
    },
    async run (key, tasks) {
      const loaded = models.get(key)
      if (loaded === undefined) throw new InferenceError(`expected a loaded model but received ${key}`)
      const batch = answerBatch(loaded.model, tasks)
      running = batch
      return await batch
    },
    async close () {
      for (const key of models.keys()) await unload(key)
    },
  }
}
