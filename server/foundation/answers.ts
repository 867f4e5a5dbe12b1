import { Cancellation } from './cancellation.js'

/** Answers that depend on nothing but their tag, computed once for all who ask at the same time. */
export interface Answers {
  /**
   * Gives the answer of that tag: one that is kept, the one that is being computed for somebody else, or a new one.
   * @param cancellation of who asks; the work ends when nobody waits for it any more
   * @throws what computing threw; the reason of the cancellation
   */
  give (
    tag: string, cancellation: Cancellation, compute: (cancellation: Cancellation) => Promise<Uint8Array>
  ): Promise<Uint8Array>
}

/** An answer that is being computed. */
interface Flight {
  readonly answer: Promise<Uint8Array>
  readonly cancellation: Cancellation
  waiting: number
}

/** @param keep bytes of answers that are kept for those who ask later, the last used ones; 0: none */
export function createAnswers (keep: number): Answers {
  const flights = new Map<string, Flight>()
  /** The last used ones last. */
  const kept = new Map<string, Uint8Array>()
  let bytes = 0

  function remember (tag: string, answer: Uint8Array): void {
    // It is there already where everybody left, another began anew, and both came to an end.
    if (answer.length > keep || kept.has(tag)) return
    kept.set(tag, answer)
    bytes += answer.length
    for (const [oldest, { length }] of kept) {
      if (bytes <= keep) return
      kept.delete(oldest)
      bytes -= length
    }
  }

  function begin (tag: string, compute: (cancellation: Cancellation) => Promise<Uint8Array>): Flight {
    const cancellation = new Cancellation()
    const flight: Flight = { answer: compute(cancellation), cancellation, waiting: 0 }
    flights.set(tag, flight)
    // Those who wait hear of an error themselves.
    flight.answer.then(answer => remember(tag, answer), () => {}).finally(() => leave(tag, flight))
    return flight
  }

  /** Another with the same tag may have taken its place since everybody left. */
  function leave (tag: string, flight: Flight): void {
    if (flights.get(tag) === flight) flights.delete(tag)
  }

  return {
    async give (tag, cancellation, compute) {
      const known = kept.get(tag)
      if (known !== undefined) {
        kept.delete(tag)
        kept.set(tag, known)
        return known
      }
      if (cancellation.reason !== undefined) throw cancellation.reason
      const flight = flights.get(tag) ?? begin(tag, compute)
      flight.waiting++
      return await new Promise<Uint8Array>((resolve, reject) => {
        const abandon = (reason: Error) => {
          reject(reason)
          if (--flight.waiting > 0) return
          leave(tag, flight)
          flight.cancellation.cancel(reason)
        }
        cancellation.add(abandon)
        flight.answer.then(resolve, reject).finally(() => cancellation.remove(abandon))
      })
    },
  }
}
