import { formatDuration } from '../../foundation/duration.js'
import { widthOf, type OutputStream } from './stream.js'

const REDRAW_SECONDS = 0.1
const PLAIN_SECONDS = 10
/** Speed is taken over the last so many seconds. */
const WINDOW_SECONDS = 20

export interface CountLine {
  /** @param total NaN where it is not known */
  progress (done: number, total: number): void
  /** Shows something in the place of the progress. */
  note (text: string): void
  /** Writes a line that stays. */
  say (text: string): void
  /** The same, but for a text that was said before. */
  once (text: string): void
  /** Ends with the last progress as a line that stays. */
  end (): void
}

/**
 * Shows how many of many things are done, their speed, and when the rest will be: one line that is redrawn on a
 * terminal, elsewhere a line every ten seconds.
 */
export function createCountLine (
  stream: OutputStream, unit: string, now: () => number = () => performance.now()
): CountLine {
  const history: Array<{ seconds: number, done: number }> = []
  const said = new Set<string>()
  const interval = stream.isTTY === true ? REDRAW_SECONDS : PLAIN_SECONDS
  let shown = stream.isTTY === true ? -Infinity : now() / 1000
  let [isOpen, last] = [false, '']

  function show (text: string): void {
    last = text
    const seconds = now() / 1000
    if (seconds - shown < interval) return
    shown = seconds
    isOpen = stream.isTTY === true
    stream.write(isOpen ? `\r${text.slice(0, widthOf(stream))}\x1b[K` : `${text}\n`)
    if (!isOpen) last = ''
  }
  const line: CountLine = {
    note: show,
    progress (done, total) {
      const seconds = now() / 1000
      history.push({ seconds, done })
      while (history.length > 2 && history[0]!.seconds < seconds - WINDOW_SECONDS) history.shift()
      const [first] = history
      const speed = (done - first!.done) / (seconds - first!.seconds)
      const rate = speed > 0 ? `  ${Math.round(speed)} ${unit}/s` : ''
      const left = speed > 0 && done < total ? `  ETA ${formatDuration((total - done) / speed)}` : ''
      show(`${done}${Number.isNaN(total) ? '' : ` of ${total}`} ${unit}${rate}${left}`)
    },
    say (text) {
      stream.write(`${isOpen ? '\r' : ''}${text}${isOpen ? '\x1b[K' : ''}\n`)
      isOpen = false
    },
    once (text) {
      if (!said.has(text)) line.say(text)
      said.add(text)
    },
    end () {
      if (last !== '') line.say(last)
      last = ''
    },
  }
  return line
}
