/**
 * Mean and covariance of a stream of vectors in one pass and constant memory (Welford 1962; Chan, Golub & LeVeque
 * 1983).
 */
export class RunningMoments {
  readonly size: number
  readonly mean: Float64Array
  #count = 0
  readonly #covariance: boolean
  /** Sums of products of deviations: [size, size] with covariance (lower triangle filled), else [size]. */
  readonly #products: Float64Array
  readonly #delta: Float64Array

  /** @param options.covariance keep all size² second moments (default), or only the size variances */
  constructor (size: number, { covariance = true } = {}) {
    this.size = size
    this.mean = new Float64Array(size)
    this.#covariance = covariance
    this.#products = new Float64Array(covariance ? size * size : size)
    this.#delta = new Float64Array(size)
  }

  get count (): number {
    return this.#count
  }

  /** Adds vectors. `rows`: [N, size]. */
  add (rows: Float32Array): void {
    const { size, mean } = this
    const delta = this.#delta
    const products = this.#products
    for (let base = 0; base < rows.length; base += size) {
      this.#count++
      for (let i = 0; i < size; i++) {
        delta[i] = rows[base + i]! - mean[i]!
        mean[i]! += delta[i]! / this.#count
      }
      if (this.#covariance) {
        for (let i = 0; i < size; i++) {
          const after = rows[base + i]! - mean[i]!
          for (let j = 0; j <= i; j++) products[i * size + j]! += after * delta[j]!
        }
      } else {
        for (let i = 0; i < size; i++) products[i]! += delta[i]! * (rows[base + i]! - mean[i]!)
      }
    }
  }

  /** Population variances, [size]: divided by the count. Zeros for fewer than two vectors. */
  variance (): Float64Array {
    const { size } = this
    return Float64Array.from(
      { length: size },
      (_, i) => this.#products[this.#covariance ? i * size + i : i]! / Math.max(1, this.#count)
    )
  }

  /** Population covariance, row-major [size, size]. */
  covariance (): Float64Array {
    if (!this.#covariance) {
      throw new TypeError('expected moments with covariance but received moments that keep only variances')
    }
    const { size } = this
    const out = new Float64Array(size * size)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        out[i * size + j] = out[j * size + i] = this.#products[i * size + j]! / Math.max(1, this.#count)
      }
    }
    return out
  }
}
