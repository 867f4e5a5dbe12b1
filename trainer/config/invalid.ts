import { TrainerError } from '../foundation/errors.js'

export function invalid (field: string, expected: string, received: string, options?: ErrorOptions): TrainerError {
  return new TrainerError('PVAE_CONFIG_INVALID', `expected ${expected} for ${field} but received ${received}`, options)
}
