import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why there may be none. */
export const WITHOUT_DISK = 'mounting a small tmpfs needs root'

/** A file system of so many KiB for the time of this process, where the system lets us make one; else undefined. */
export function mountSmallDisk (kibibytes: number): string | undefined {
  const at = mkdtempSync(join(tmpdir(), 'pvae-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', at], { stdio: 'ignore' })
    process.on('exit', () => {
      execFileSync('umount', [at])
      rmdirSync(at)
    })
    return at
  } catch {
    rmdirSync(at)
    return undefined
  }
}
