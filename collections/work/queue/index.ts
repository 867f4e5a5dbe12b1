/** A queue on Redis. Apart from `collections/work/index.ts`, since its library is large: loaded where it is wanted. */
export { openQueue, type Piece, type QueueOptions, type WorkQueue } from './queue.js'
export { PieceUnfinished, startQueueWorker, type QueueWorker, type WorkerOptions } from './worker.js'
