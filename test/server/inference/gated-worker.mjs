// The real worker behind a gate: a job whose `fit` is "hold" keeps the thread, which answers nobody, until the gate is opened.
import { getEnvironmentData, parentPort } from 'node:worker_threads'
import '../../../server/dist/inference/worker.js'

const gate = new Int32Array(getEnvironmentData('gate'))

parentPort.on('message', ({ tasks = [] }) => {
  if (tasks.some(({ fit }) => fit === 'hold')) Atomics.wait(gate, 0, 0)
})
