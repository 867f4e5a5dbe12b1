/**
 * A piece of work that the training loop itself does, beside the engine's operations. Microseconds on the clock of
 * `performance.now()`.
 */
export interface Span {
  readonly name: string
  readonly start: number
  readonly duration: number
}

export interface Timeline {
  readonly spans: readonly Span[]
  /** Runs `work` and notes when. */
  span<T> (name: string, work: () => Promise<T>): Promise<T>
}

/** Later spans than so many are not kept: a trace of a whole run would be too large to look at. */
const MOST_SPANS = 20_000

export const microseconds = (): number => performance.now() * 1000

export function createTimeline (): Timeline {
  const spans: Span[] = []
  return {
    spans,
    async span (name, work) {
      const start = microseconds()
      try {
        return await work()
      } finally {
        if (spans.length < MOST_SPANS) spans.push({ name, start, duration: microseconds() - start })
      }
    },
  }
}
