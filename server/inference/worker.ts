import { parentPort } from 'node:worker_threads'
import { errorToMessage, InferenceError } from '../errors.js'
import { loadModel, type LoadedModel } from './execute.js'
import type { LoadReport, Result, Kind, WorkerReply, WorkerRequest } from './tasks.js'

// One thread of the pool: holds every model that is served, and does one thing at a time for whoever asks.
const port = parentPort
if (port === null) throw new Error('worker.ts runs in a worker thread')

const models = new Map<string, LoadedModel>()

async function answer (request: WorkerRequest): Promise<LoadReport | Result<Kind> | undefined> {
  if (request.type === 'load') {
    const model = await loadModel(request.model)
    models.set(request.model.key, model)
    return model.report
  }
  const model = models.get(request.key)
  if (request.type === 'unload') {
    models.delete(request.key)
    await model?.release()
    return
  }
  if (model === undefined) throw new InferenceError(`expected a loaded model but received ${request.key}`)
  return await model.execute(request.task)
}

port.on('message', (request: WorkerRequest) => {
  const { id } = request
  answer(request).then(
    (value): WorkerReply => ({ id, value }),
    (error: unknown): WorkerReply => ({ id, error: errorToMessage(error, { code: 'PVAE_INFERENCE_FAILED', message: 'The model could not be run' }) })
  ).then(reply => port.postMessage(reply))
})
