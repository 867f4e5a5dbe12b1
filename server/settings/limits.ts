/** What one request may ask for. Each is a bound on memory or time, not a matter of taste. */
export interface Limits {
  /** Bytes of one encoded image: a raw body, or one file part. */
  readonly imageBytes: number
  /** Bytes of a whole multipart body: `bodyLimit` does not bound those. */
  readonly requestBytes: number
  /** Bytes of a JSON body. */
  readonly jsonBytes: number
  /** Bytes of a request's line and headers together: the query is among them. */
  readonly headerBytes: number
  /** Characters of the file name of one multipart part. */
  readonly fileNameLength: number
  readonly imagesPerRequest: number
  readonly latentsPerRequest: number
  /** Width × height of one image before it is fitted to the model. */
  readonly inputPixels: number
  /** Width, or height, of the same. */
  readonly inputSide: number
  /** Width × height of one image that leaves: a strip or a grid. */
  readonly outputPixels: number
}

export const DEFAULT_LIMITS: Limits = {
  imageBytes: 16 * 2 ** 20,
  requestBytes: 64 * 2 ** 20,
  jsonBytes: 4 * 2 ** 20,
  headerBytes: 16 * 2 ** 10,
  fileNameLength: 1024,
  imagesPerRequest: 64,
  latentsPerRequest: 256,
  inputPixels: 40e6,
  inputSide: 16384,
  outputPixels: 16e6,
}

/** How long a connection may keep the service waiting. Milliseconds. */
export interface Timeouts {
  /** From the first byte of a request to the end of its headers. */
  readonly headers: number
  /** From the same to the end of its body. */
  readonly arrival: number
  /** Between the end of an answer and the next request. */
  readonly keepAlive: number
}

/**
 * Connections are kept for longer than the 60 s for which common balancers keep theirs: the side that opens them closes them. Were it the service, a balancer might
 * send a request into a connection that has just been closed, and would answer 502. (Node counts the other two from a request's first byte, so they may be shorter.)
 */
export const DEFAULT_TIMEOUTS: Timeouts = { headers: 10_000, arrival: 30_000, keepAlive: 72_000 }

/**
 * What waits, all jobs together. Jobs: at the 1,000 or more a second that two cores do of a small model, half a second's worth; whoever
 * comes then is better told at once. Bytes: the memory that encoded images may take.
 */
export const DEFAULT_QUEUE = { jobs: 512, bytes: 256 * 2 ** 20 }

/** Milliseconds. Much longer than the slowest request takes of a service that is not overloaded. */
export const DEFAULT_REQUEST_TIMEOUT = 30_000
