import { ModelError } from '@partition-vae/models'

/** The parts of a ModelError that are a contract, for exact comparison. */
export interface Fault { code: string, field: string, expected: string, found: string }

/** What an action is refused with; anything but a ModelError fails the test. */
export async function faultOf (action: () => unknown): Promise<Fault> {
  try {
    await action()
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    const { code, field, expected, found, message } = error
    for (const part of [field, expected, found]) {
      if (!message.includes(part)) throw new Error(`expected the message to say ${part} but it is ${message}`)
    }
    return { code, field, expected, found }
  }
  throw new Error('expected a ModelError but nothing was thrown')
}
