import type { ProgressStream } from '../fit/progress.js'

export interface StatusLine {
  show (text: string): void
  clear (): void
}

/** One line of a terminal that says what is going on, and goes when it is done; nothing where there is no terminal. */
export function createStatusLine (stream: ProgressStream, now: () => number = () => performance.now()): StatusLine {
  let shown = -Infinity
  let visible = false
  return {
    show (text) {
      if (stream.isTTY !== true || now() - shown < 100) return
      shown = now()
      visible = true
      stream.write(`\r${text.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}\x1b[K`)
    },
    clear () {
      if (visible) stream.write('\r\x1b[K')
      visible = false
    },
  }
}
