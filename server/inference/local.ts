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
 * digit takes, or to draw one. A service that has nothing else to do does so where the request came in. What may take
 * longer, or much memory, never runs here: it would hold up all who talk to the service.
 */
export interface LocalRunner {
  /** A version that the workers have accepted. Of those too large to be run here, nothing is kept. */
  load (model: ModelSource, report: LoadReport): Promise<void>
  unload (key: string): Promise<void>
  /**
   * Tells whether a task may run here, by a graph that is quick: encoding of one image, a plain PNG of the model's
   * size, or drawing of one latent, but not as WebP.
   */
  accepts (key: string, task: AnyTask): boolean
  run (key: string, tasks: readonly AnyTask[]): Promise<BatchReply>
  close (): Promise<void>
}

/** Longest run of a graph, one image, that does not matter to those who wait meanwhile. Milliseconds. */
const QUICK = 0.5
/**
 * A graph is optimised as it is loaded, and that would hold up everything too. Bytes of both: loaded within some 50 ms.
 */
const SMALL_GRAPHS = 8 * 2 ** 20
const TRIALS = 5

/** What a graph may do here. */
type QuickKind = 'encode' | 'decode'

/** Finds which graphs of a model are quick. */
async function findQuick (model: LoadedModel, { card }: ModelSource): Promise<ReadonlySet<QuickKind>> {
  const quick = new Set<QuickKind>()
  for (const [kind, graph, size] of [
    ['encode', 'encoder', pixelCount(card.image)], ['decode', 'decoder', card.latentSize],
  ] as const) {
    const input = new Float32Array(size)
    let shortest = Infinity
    for (let trial = 0; trial < TRIALS; trial++) {
      const start = performance.now()
      await model.execute({ kind: 'infer', graph, input, rows: 1 })
      shortest = Math.min(shortest, performance.now() - start)
    }
    if (shortest <= QUICK) quick.add(kind)
  }
  return quick
}

interface LocalModel {
  readonly model: LoadedModel
  readonly source: ModelSource
  readonly quick: ReadonlySet<QuickKind>
}

/** @param find the limit above; tests need to be sure */
export function createLocalRunner (find = findQuick): LocalRunner {
  const models = new Map<string, LocalModel>()
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
      const quick = await find(model, source)
      if (quick.size > 0) models.set(source.key, { model, source, quick })
      else await model.release()
    },
    accepts (key, task) {
      const loaded = models.get(key)
      if (loaded === undefined) return false
      const { quick, source: { card } } = loaded
      if (task.kind === 'encode') {
        return quick.has('encode') && task.images.length === 1 && isQuickPng(task.images[0]!, card.image, task)
      }
      // WebP takes milliseconds.
      return task.kind === 'decode' && quick.has('decode') && task.latents.length === card.latentSize &&
        (task.format === 'png' || task.arrangement === 'raw')
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
