// The real worker, and two ways to kill it: an exception that nobody catches, and an exit.
import { parentPort } from 'node:worker_threads'
import './typescript-worker.mjs'

parentPort.on('message', ({ task }) => {
  if (task?.fit === 'crash') throw new Error('crashed on request')
  if (task?.fit === 'exit') process.exit(7)
})
