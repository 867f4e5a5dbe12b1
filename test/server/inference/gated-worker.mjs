// The real worker behind a gate: a job whose `fit` is "hold", and a model whose key ends in "held", keep the thread,
// which answers nobody until it is let pass.
import { getEnvironmentData, parentPort } from 'node:worker_threads'
import '../../../server/dist/inference/worker.js'

const [PASSES, STOPPED] = [0, 1]
const gate = new Int32Array(getEnvironmentData('gate'))

function pass () {
  Atomics.add(gate, STOPPED, 1)
  for (;;) {
    const passes = Atomics.load(gate, PASSES)
    if (passes === 0) Atomics.wait(gate, PASSES, 0)
    else if (Atomics.compareExchange(gate, PASSES, passes, passes - 1) === passes) return
  }
}

parentPort.on('message', ({ tasks = [], type, model }) => {
  if (tasks.some(({ fit }) => fit === 'hold') || (type === 'load' && model.key.endsWith('held'))) pass()
})
