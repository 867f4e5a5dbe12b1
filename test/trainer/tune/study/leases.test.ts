import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { clearForeignLock, openLeases } from '../../../../trainer/tune/study/leases.js'

t.test('a trial has one lease, which is free again once it is released', async t => {
  const directory = t.testdir()
  const leases = await openLeases(directory)
  const lease = await leases.take(3)
  t.ok(lease !== undefined)
  t.equal(await leases.take(3), undefined)
  const other = await leases.take(4)
  t.ok(other !== undefined, 'another trial has its own')
  await lease!.release()
  const again = await leases.take(3)
  t.ok(again !== undefined)
  await Promise.all([again, other].map(lease => lease!.release()))
})

t.test('a process of this machine that is gone has no lease any more', async t => {
  const directory = t.testdir()
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  const holder = { pid: child.pid, host: hostname(), startedAt: '1' }
  await writeFile(join(directory, 'trial-0.lease'), JSON.stringify(holder))
  const lease = await (await openLeases(directory)).take(0)
  t.ok(lease !== undefined)
  await lease!.release()
})

t.test('a process of another machine has its lease as long as it touches it', async t => {
  const directory = t.testdir()
  const path = join(directory, 'trial-0.lease')
  await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere', startedAt: null }))
  const leases = await openLeases(directory, { lost: 50 })
  const later = () => new Promise(resolve => setTimeout(resolve, 80))
  t.equal(await leases.take(0), undefined, 'seen for the first time')
  await later()
  await utimes(path, 1e9, 1e9)
  t.equal(await leases.take(0), undefined, 'touched, be its clock wrong by years')
  await later()
  const lease = await leases.take(0)
  t.ok(lease !== undefined, 'untouched for too long')
  await lease!.release()
})

t.test('of runs only the lock of another machine is taken away', async t => {
  const path = join(t.testdir(), 'lock')
  await clearForeignLock(path)
  await writeFile(path, JSON.stringify({ pid: process.pid, host: hostname() }))
  await clearForeignLock(path)
  t.ok(existsSync(path), 'ours stays')
  await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere' }))
  await clearForeignLock(path)
  t.notOk(existsSync(path))
})
