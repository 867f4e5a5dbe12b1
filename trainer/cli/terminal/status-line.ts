import type { EvaluationProgress } from '../../measure/batches.js'
import { formatDuration } from '../../foundation/duration.js'
import { widthOf, type OutputStream } from './stream.js'

export interface StatusLine {
  show (text: string): void
  clear (): void
}

/** One line of a terminal that says what is going on, and goes when it is done; nothing where there is no terminal. */
export function createStatusLine (stream: OutputStream, now: () => number = () => performance.now()): StatusLine {
  let shown = -Infinity
  let visible = false
  return {
    show (text) {
      if (stream.isTTY !== true || now() - shown < 100) return
      shown = now()
      visible = true
      stream.write(`\r${text.slice(0, widthOf(stream))}\x1b[K`)
    },
    clear () {
      if (visible) stream.write('\r\x1b[K')
      visible = false
    },
  }
}

/** Seconds before a speed says anything. */
const SETTLING = 0.5

/**
 * Shows on a status line what an evaluation measures, how much of it is done and when it will be.
 */
export function createStageLine (status: StatusLine, now: () => number = () => performance.now()): EvaluationProgress {
  let stage: { what: string, total: number, begun: number, first: number } | undefined
  return (what, done, total, unit) => {
    const seconds = now() / 1000
    if (stage?.what !== what || stage.total !== total) stage = { what, total, begun: seconds, first: done }
    const [elapsed, gone] = [seconds - stage.begun, done - stage.first]
    const left = elapsed > SETTLING && gone > 0 ? ` (ETA ${formatDuration((total - done) * elapsed / gone)})` : ''
    status.show(total > 1 ? `measuring${left} ${what}: ${done} of ${total} ${unit}` : `measuring ${what}`)
  }
}
