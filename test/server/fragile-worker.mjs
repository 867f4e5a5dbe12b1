// The real worker, and ways to kill it or to hold it: by `fit`, or by an image that is a PNG signature and the word.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import '../../server/dist/inference/worker.js'

const FAULTS = {
  crash () { throw new Error('crashed on request') },
  exit () { process.exit(7) },
  // The thread answers nobody for as long as a file is there: see hold.ts.
  hold () {
    const file = process.env.PVAE_TEST_HOLD
    writeFileSync(`${file}.held`, '')
    const never = new Int32Array(new SharedArrayBuffer(4))
    while (existsSync(file)) Atomics.wait(never, 0, 0, 2)
    rmSync(`${file}.held`, { force: true })
  },
}

parentPort.on('message', ({ tasks = [] }) => {
  for (const { images = [], fit } of tasks) {
    for (const word of [fit, ...images.map(image => Buffer.from(image.subarray(8, 16)).toString('latin1'))]) {
      if (Object.hasOwn(FAULTS, word)) FAULTS[word]()
    }
  }
})
