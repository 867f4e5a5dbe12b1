import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { clearForeignLock } from '../../../trainer/run/foreign-lock.js'

t.test('of runs only the lock of another machine is taken away', async t => {
  const path = join(t.testdir(), 'lock')
  await clearForeignLock(path)
  for (const text of [JSON.stringify({ pid: process.pid, host: hostname(), startedAt: null }), 'no lock of ours']) {
    await writeFile(path, text)
    await clearForeignLock(path)
    t.ok(existsSync(path), `stays: ${text}`)
  }
  await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere', startedAt: null }))
  await clearForeignLock(path)
  t.notOk(existsSync(path))
})
