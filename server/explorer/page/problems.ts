/** Says in words what went wrong, and what to do. */
import { ServiceError } from './service.js'
import type { Problem } from './store.js'

export const away: Problem = { words: 'The service is away. Trying again in 3 s.', waiting: true }

export function describeProblem (error: unknown): Problem {
  if (!(error instanceof ServiceError)) return away
  if (error.status === 401) {
    return { words: 'This service wants a key. It is kept until you close the tab.', needsKey: true }
  }
  return { words: error.message }
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

/** Says why an image was not taken. */
export function describeRefusal (error: unknown, image: Blob): string {
  if (!(error instanceof ServiceError)) return away.words.replace(' Trying again in 3 s.', ' Try the image again soon.')
  if (error.status === 413) return `${megabytes(image.size)} is more than this service takes. ${error.message}.`
  if (error.status === 415) return 'Not a PNG, JPEG or WebP.'
  if (error.status === 429 || error.status === 503) return 'The service is busy. Try the image again soon.'
  return `${error.message}.`
}
