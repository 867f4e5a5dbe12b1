import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { temporaryFolder, type Scope } from './service.js'

/** Waits until something is so. There is no limit but the test's own: on a busy machine all takes longer. */
export async function until (condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!await condition()) await delay(2)
}

export interface Hold {
  /** From now on whatever fragile worker meets the word `hold` stops there. */
  begin (): Promise<void>
  /** Resolves once one does. */
  held (): Promise<void>
  /** Lets it go on, and resolves once it has. */
  end (): Promise<void>
}

/**
 * Holds fragile workers for as long as a test needs them busy. Before they start: a thread takes the environment as it
 * is then.
 */
export async function createHold (t: Scope): Promise<Hold> {
  const file = join(await temporaryFolder(t), 'hold')
  process.env['PVAE_TEST_HOLD'] = file
  const isHeld = () => existsSync(`${file}.held`)
  return {
    begin: () => writeFile(file, ''),
    held: () => until(isHeld),
    async end () {
      await rm(file, { force: true })
      await until(() => !isHeld())
    },
  }
}
