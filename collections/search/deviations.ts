/** Means [n, D], and log-variances where they are known. */
interface Posteriors {
  readonly mean: Float32Array
  readonly logVariance?: Float32Array | undefined
}

/**
 * Adds up, batch by batch, how far posteriors spread: in each unit the deviation of the means over the data
 * (Welford's running sums, so that a mean far from zero costs no digits), and the mean posterior deviation.
 */
export class Deviations {
  readonly #latentSize: number
  readonly #mean: Float64Array
  readonly #squares: Float64Array
  readonly #posterior: Float64Array
  #count = 0
  #hasPosterior = true

  constructor (latentSize: number) {
    this.#latentSize = latentSize
    this.#mean = new Float64Array(latentSize)
    this.#squares = new Float64Array(latentSize)
    this.#posterior = new Float64Array(latentSize)
  }

  add ({ mean, logVariance }: Posteriors): void {
    const size = this.#latentSize
    for (let at = 0; at < mean.length; at += size) {
      this.#count++
      for (let unit = 0; unit < size; unit++) {
        const from = mean[at + unit]! - this.#mean[unit]!
        this.#mean[unit]! += from / this.#count
        this.#squares[unit]! += from * (mean[at + unit]! - this.#mean[unit]!)
      }
    }
    // Known of some rows only, it says nothing of all.
    if (logVariance === undefined) this.#hasPosterior = false
    else for (let i = 0; i < logVariance.length; i++) this.#posterior[i % size]! += Math.exp(logVariance[i]! / 2)
  }

  /** Returns [D] each. */
  finish (): { data: number[], posterior?: number[] } {
    const data = Array.from(this.#squares, sum => Math.sqrt(sum / this.#count))
    if (!this.#hasPosterior) return { data }
    return { data, posterior: Array.from(this.#posterior, sum => sum / this.#count) }
  }
}
