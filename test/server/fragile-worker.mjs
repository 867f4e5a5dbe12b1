// The real worker, and three ways to kill it: `fit` of `crash` or `exit`, and an image that is a PNG signature and the word crash.
import { parentPort } from 'node:worker_threads'
import './typescript-worker.mjs'

parentPort.on('message', ({ task }) => {
  const crashes = task?.images?.some(image => Buffer.from(image.subarray(8)).toString('latin1') === 'crash')
  if (crashes || task?.fit === 'crash') throw new Error('crashed on request')
  if (task?.fit === 'exit') process.exit(7)
})
