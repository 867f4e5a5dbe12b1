import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { describeSelf } from '../../../collections/work/holder.js'
import { openLeases } from '../../../collections/work/leases.js'
import { temporaryFolder } from '../pictures.js'

/** A holder on a machine that can't be looked up. */
const elsewhere = JSON.stringify({ pid: 1, host: 'some-other-machine', startedAt: '1' })

t.test('of many that want a piece at once, one gets it', async t => {
  const folder = await temporaryFolder(t)
  const all = await Promise.all(Array.from({ length: 12 }, () => openLeases({ folder })))
  t.teardown(() => Promise.all(all.map(leases => leases.close())))
  const got = (await Promise.all(all.map(leases => leases.take('a')))).filter(lease => lease !== undefined)
  t.equal(got.length, 1)
  t.ok(await all[0]!.take('b'), 'another piece is free')
  await got[0]!.release()
  t.ok(await all[1]!.take('a'), 'what was given back is free')
})

t.test('a lease that ran out is taken over by one, and its holder can not give it back any more', async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'a.0'), elsewhere)
  await utimes(join(folder, 'a.0'), 1000, 1000)
  const all = await Promise.all(Array.from({ length: 8 }, () => openLeases({ folder, seconds: 30 })))
  t.teardown(() => Promise.all(all.map(leases => leases.close())))
  const got = (await Promise.all(all.map(leases => leases.take('a')))).filter(lease => lease !== undefined)
  t.equal(got.length, 1)
  t.strictSame((await readdir(folder)).filter(name => name.startsWith('a.')), ['a.1'])
})

t.test('a lease of another machine that is young is left alone', async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'a.0'), elsewhere)
  const leases = await openLeases({ folder, seconds: 3600 })
  t.teardown(() => leases.close())
  t.equal(await leases.take('a'), undefined)
  const minuteAgo = Date.now() / 1000 - 60
  await utimes(join(folder, 'a.0'), minuteAgo, minuteAgo)
  t.equal(await leases.take('a'), undefined, 'it runs for an hour')
})

t.test('who has lost a lease is told so, and does not give it back', async t => {
  const folder = await temporaryFolder(t)
  const leases = await openLeases({ folder })
  t.teardown(() => leases.close())
  const lease = (await leases.take('a'))!
  t.equal(await lease.isHeld(), true)
  await writeFile(join(folder, 'a.1'), elsewhere)
  t.equal(await lease.isHeld(), false)
  await lease.release()
  t.strictSame(await readdir(folder), ['a.1'])
})

t.test('a process of this machine that is gone has no lease, however young', async t => {
  const folder = await temporaryFolder(t)
  const child = spawn(process.execPath, ['--eval', ''])
  const { pid } = child
  await once(child, 'close')
  await writeFile(join(folder, 'a.0'), JSON.stringify({ ...await describeSelf(), pid }))
  const leases = await openLeases({ folder, seconds: 3600 })
  t.teardown(() => leases.close())
  t.ok(await leases.take('a'))
})

const { startedAt } = await describeSelf()
t.test('nor has one whose number another process has now', { skip: startedAt === null }, async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'a.0'), JSON.stringify({ ...await describeSelf(), startedAt: '1' }))
  const leases = await openLeases({ folder, seconds: 3600 })
  t.teardown(() => leases.close())
  t.ok(await leases.take('a'))
})

t.test('a lease is renewed for as long as it is held', async t => {
  const folder = await temporaryFolder(t)
  const leases = await openLeases({ folder, seconds: 0.2 })
  t.teardown(() => leases.close())
  await leases.take('a')
  const path = join(folder, 'a.0')
  await utimes(path, 1000, 1000)
  while ((await stat(path)).mtimeMs < 2e6) await new Promise(resolve => setTimeout(resolve, 20))
  t.match(await readFile(path, 'utf8'), `"pid":${process.pid}`, 'it is whole')
  await leases.close()
  t.strictSame(await readdir(folder), [], 'closing gives all back')
})

t.test('a holder that was stopped for long learns that the piece went on without it', async t => {
  const folder = await temporaryFolder(t)
  const [slow, other] = [await openLeases({ folder, seconds: 30 }), await openLeases({ folder, seconds: 30 })]
  t.teardown(() => Promise.all([slow.close(), other.close()]))
  const lease = await slow.take('a')
  t.ok(await lease!.isHeld())
  await writeFile(join(folder, 'a.0'), elsewhere)
  await utimes(join(folder, 'a.0'), 1000, 1000)
  const next = await other.take('a')
  t.notOk(await lease!.isHeld(), 'while another has it')
  t.ok(await next!.isHeld())
  await next!.release()
  t.notOk(await lease!.isHeld(), 'and when that one has given it back')
})
