import { ModelError } from '@partition-vae/models'
import { isSystemError, TrainerError } from '../../foundation/errors.js'

/** Says what went wrong, in one line; with the stack for whoever debugs. */
export function describeError (error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return String(error)
  if (debug) return error.stack ?? error.message
  if (
    error instanceof ModelError &&
    error.code === 'PVAE_REPOSITORY_UNREADABLE' &&
    isSystemError(error.cause) &&
    error.cause.code === 'ENOENT'
  ) {
    return `no such file or folder: ${error.cause.path} (the model repository) (${error.code})`
  }
  if (error instanceof TrainerError || error instanceof ModelError || isCollectionError(error)) {
    return `${oneLine(error.message)} (${error.code})`
  }
  if (isSystemError(error)) {
    return error.code === 'ENOENT' && error.path !== undefined
      ? `no such file or folder: ${error.path}`
      : oneLine(error.message)
  }
  return `unexpected ${error.name}: ${oneLine(error.message)} (--debug shows where)`
}

/** By its name: its class would load the package for every command. */
const isCollectionError = (error: Error): error is Error & { code: string } =>
  error.name === 'CollectionError' && 'code' in error

export function oneLine (text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}
