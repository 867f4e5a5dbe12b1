// For a process that is started from TypeScript on Node 20: there, worker threads do not get tsx from --import=tsx.
import { isMainThread } from 'node:worker_threads'
import { register } from 'tsx/esm/api'

if (!isMainThread) register()
