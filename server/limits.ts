/** What one request may ask for. Each is a bound on memory or time, not a matter of taste. */
export interface Limits {
  /** Bytes of one encoded image: a raw body, or one file part. */
  readonly imageBytes: number
  /** Bytes of a whole multipart body: `bodyLimit` does not bound those. */
  readonly requestBytes: number
  /** Bytes of a JSON body. */
  readonly jsonBytes: number
  readonly imagesPerRequest: number
  readonly latentsPerRequest: number
  /** Width × height of one image before it is fitted to the model. */
  readonly inputPixels: number
  /** Width × height of one image that leaves: a strip or a grid. */
  readonly outputPixels: number
}

export const DEFAULT_LIMITS: Limits = {
  imageBytes: 16 * 2 ** 20,
  requestBytes: 64 * 2 ** 20,
  jsonBytes: 4 * 2 ** 20,
  imagesPerRequest: 64,
  latentsPerRequest: 256,
  inputPixels: 40e6,
  outputPixels: 16e6,
}
