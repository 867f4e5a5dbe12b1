/** Says in words what went wrong, and what to do. */
import { apiKey, ServiceError } from './service.js'
import type { Problem } from './store.js'

export const away: Problem = { words: 'The service is away. Trying again in 3 s.', waiting: true }
const busy: Problem = { words: 'The service is busy. Trying again in 3 s.', waiting: true }

/** Tells whether no answer came, or a proxy's in the place of the service's. */
export const isAway = (error: unknown): boolean =>
  error instanceof ServiceError && [0, 502, 504].includes(error.status)

export function describeProblem (error: unknown): Problem {
  if (isAway(error)) return away
  if (!(error instanceof ServiceError)) return { words: `This page does not work as it should: ${String(error)}.` }
  if (error.status === 401) {
    const words = apiKey.peek() === '' ? 'This service wants a key.' : 'This service does not know that key.'
    return { words: `${words} It is kept until you close the tab.`, needsKey: true }
  }
  if (error.status === 429 || error.status === 503) return busy
  return { words: error.message }
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

/** Says why an image was not taken. */
export function describeRefusal (error: unknown, image: Blob): string {
  if (isAway(error)) return 'The service is away. Try the image again soon.'
  if (!(error instanceof ServiceError)) return String(error)
  if (error.status === 413) return `${megabytes(image.size)} is more than this service takes. ${error.message}.`
  if (error.status === 415) return 'Not a PNG, JPEG or WebP.'
  if (error.status === 429 || error.status === 503) return 'The service is busy. Try the image again soon.'
  return `${error.message}.`
}
