/** A row of an index and its distance from a query. */
export interface Candidate {
  readonly row: number
  readonly distance: number
}

/** Orders candidates: the nearest first; of equals, that of the lower row. */
export function compareCandidates (a: Candidate, b: Candidate): number {
  return a.distance - b.distance || a.row - b.row
}

/** The nearest of all that were added: a heap of at most k, the farthest at its root. */
export class Nearest {
  /** Infinity while there are fewer than k: nothing is too far then. */
  limit = Infinity
  readonly #k: number
  readonly #heap: Candidate[] = []

  constructor (k: number) {
    this.#k = k
  }

  /** Keeps a candidate if it is among the k nearest so far. Of equal distances the lower row is nearer. */
  add (candidate: Candidate): void {
    const heap = this.#heap
    if (heap.length < this.#k) {
      heap.push(candidate)
      this.#rise(heap.length - 1)
    } else if (compareCandidates(candidate, heap[0]!) < 0) {
      heap[0] = candidate
      this.#sink()
    }
    if (heap.length === this.#k) this.limit = heap[0]!.distance
  }

  /** The nearest, in order. */
  sorted (): Candidate[] {
    return [...this.#heap].sort(compareCandidates)
  }

  #rise (at: number): void {
    const heap = this.#heap
    while (at > 0) {
      const above = (at - 1) >> 1
      if (compareCandidates(heap[at]!, heap[above]!) <= 0) return
      this.#swap(at, above)
      at = above
    }
  }

  #sink (): void {
    const heap = this.#heap
    let at = 0
    while (true) {
      let farthest = at
      for (const below of [2 * at + 1, 2 * at + 2]) {
        if (below < heap.length && compareCandidates(heap[below]!, heap[farthest]!) > 0) farthest = below
      }
      if (farthest === at) return
      this.#swap(at, farthest)
      at = farthest
    }
  }

  #swap (a: number, b: number): void {
    const heap = this.#heap
    const kept = heap[a]!
    heap[a] = heap[b]!
    heap[b] = kept
  }
}
