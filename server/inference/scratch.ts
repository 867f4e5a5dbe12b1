/** Memory that is used again and again. */
export interface Scratch {
  /**
   * Lends so many numbers, not cleared, for as long as `use` takes. Who comes while they are lent gets memory of their
   * own.
   */
  lend<R> (length: number, use: (memory: Float32Array) => Promise<R>): Promise<R>
}

/**
 * A batch of photographs is megabytes of input. Fresh memory for each costs more than it seems: pages that the system
 * clears, and V8, which sees memory outside of its heap grow, collects the whole heap many times a second.
 * @param most numbers that are kept
 */
export function createScratch (most: number): Scratch {
  let kept = new Float32Array(0)
  let lent = false
  return {
    async lend (length, use) {
      if (lent || length > most) return await use(new Float32Array(length))
      lent = true
      try {
        if (kept.length < length) kept = new Float32Array(length)
        return await use(kept.subarray(0, length))
      } finally {
        lent = false
      }
    },
  }
}
