// The real worker, and ways to kill it or to keep it: by `fit`, or by an image that is a PNG signature and the word.
import { parentPort } from 'node:worker_threads'
import '../../server/dist/inference/worker.js'

const FAULTS = {
  crash () { throw new Error('crashed on request') },
  exit () { process.exit(7) },
  // 300 ms, in which the thread answers nobody.
  sleep () { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300) },
}

parentPort.on('message', ({ tasks = [] }) => {
  for (const { images = [], fit } of tasks) {
    for (const word of [fit, ...images.map(image => Buffer.from(image.subarray(8, 16)).toString('latin1'))]) {
      if (Object.hasOwn(FAULTS, word)) FAULTS[word]()
    }
  }
})
