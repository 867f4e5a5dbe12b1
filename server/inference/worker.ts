import { parentPort } from 'node:worker_threads'
import { shareWeights } from '@partition-vae/collections/runtime'
import { InferenceError } from '../foundation/errors.js'
import { loadModel, type LoadedModel } from './execute.js'
import { answerBatch, messageOf } from './reply.js'
import type { BatchReply, WorkerReply, WorkerRequest } from './tasks.js'
import { packBinary } from './transfer.js'

// One thread of the pool: holds every model that is served, and runs one batch at a time for whoever asks.
const port = parentPort
if (port === null) throw new Error('worker.ts runs in a worker thread')

const models = new Map<string, LoadedModel>()
/** The batch that is running: sessions are not released under it. */
let running: Promise<unknown> = Promise.resolve()

async function run ({ key, tasks }: Extract<WorkerRequest, { type: 'run' }>): Promise<BatchReply> {
  const model = models.get(key)
  if (model === undefined) throw new InferenceError(`expected a loaded model but received ${key}`)
  return await answerBatch(model, tasks)
}

async function answer (request: WorkerRequest): Promise<unknown> {
  if (request.type === 'load') {
    const model = await loadModel(request.model)
    models.set(request.model.key, model)
    return model.report
  }
  if (request.type === 'share') return await shareWeights(request.model, request.folder)
  if (request.type === 'unload') {
    const model = models.get(request.key)
    models.delete(request.key)
    await running
    await model?.release()
    return
  }
  const batch = run(request)
  running = batch.catch(() => {}) // its own asker hears of it
  return await batch
}

port.on('message', (request: WorkerRequest) => {
  const { id } = request
  answer(request).then(
    (value): WorkerReply => ({ id, value }),
    (error: unknown): WorkerReply => ({ id, error: messageOf(error) })
  ).then(reply => {
    const { packed, transfer } = packBinary(reply)
    port.postMessage(packed, transfer)
  })
})
