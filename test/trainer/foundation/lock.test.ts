import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { acquireLock } from '../../../trainer/foundation/lock.js'

const expected = 'a run that no other process works on'

/** A process that lives until it is told to end. */
async function liveProcess (t: {
  teardown(end: () => void): void
}): Promise<{ pid: number; end: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log("up")'])
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return {
    pid: child.pid!,
    async end () {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

t.test('one holder at a time; released, it can be taken again', async t => {
  const path = join(t.testdir(), 'lock')
  const lock = await acquireLock(path, expected)
  await t.rejects(acquireLock(path, expected), {
    code: 'PVAE_RUN_LOCKED',
    message: new RegExp(`process ${process.pid} on .*delete .*lock`),
  })
  await lock.release()
  await t.rejects(access(path), { code: 'ENOENT' })
  await lock.release() // twice is harmless
  const again = await acquireLock(path, expected)
  await again.release()
  t.strictSame(await readdir(join(path, '..')), [], 'nothing is left behind')
})

t.test('a lock of a live process holds, that of a dead one is taken over', async t => {
  const path = join(t.testdir(), 'lock')
  const { pid, end } = await liveProcess(t)
  await writeFile(path, JSON.stringify({ pid, host: hostname(), startedAt: null }))
  await t.rejects(acquireLock(path, expected), { code: 'PVAE_RUN_LOCKED' })
  await end()
  const lock = await acquireLock(path, expected)
  t.equal(JSON.parse(await readFile(path, 'utf8')).pid, process.pid)
  await lock.release()
})

t.test('a process id that was given out again is not its old ' +
  'owner', { skip: process.platform !== 'linux' && 'start times are known on Linux only' }, async t => {
  const path = join(t.testdir(), 'lock')
  const { pid } = await liveProcess(t)
  await writeFile(path, JSON.stringify({ pid, host: hostname(), startedAt: '1' }))
  const lock = await acquireLock(path, expected)
  await lock.release()
})

t.test('what can\'t be looked up holds: another machine, a lock that makes no sense', async t => {
  const path = join(t.testdir(), 'lock')
  await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere.example', startedAt: null }))
  await t.rejects(acquireLock(path, expected), { code: 'PVAE_RUN_LOCKED', message: /process 1 on elsewhere\.example/ })
  for (const text of ['', 'null', '{"pid": "x"}']) {
    await writeFile(path, text)
    await t.rejects(acquireLock(path, expected), {
      code: 'PVAE_RUN_LOCKED',
      message: /a lock that does not say by whom/,
    })
  }
})

t.test('releasing spares a lock that is no longer ours', async t => {
  const path = join(t.testdir(), 'lock')
  const lock = await acquireLock(path, expected)
  await writeFile(path, 'another process')
  await lock.release()
  t.equal(await readFile(path, 'utf8'), 'another process')
})

t.test('of many that want a stale lock one gets it', async t => {
  const path = join(t.testdir(), 'lock')
  await writeFile(path, JSON.stringify({ pid: 2 ** 30, host: hostname(), startedAt: null }))
  const outcomes = await Promise.allSettled([acquireLock(path, expected), acquireLock(path, expected)])
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
})

t.test('a stale lock that another process has just taken over is that one\'s', async t => {
  const path = join(t.testdir(), 'lock')
  const { pid } = await liveProcess(t)
  const others = JSON.stringify({ pid, host: hostname(), startedAt: null })
  await writeFile(path, JSON.stringify({ pid: 2 ** 30, host: hostname(), startedAt: null }))
  // The other comes after it was looked up that the first holder is gone, and before the lock is taken away.
  const { kill } = process
  t.teardown(() => { process.kill = kill })
  process.kill = (holder, signal) => {
    process.kill = kill
    writeFileSync(path, others)
    return kill.call(process, holder, signal)
  }
  await t.rejects(acquireLock(path, expected), { code: 'PVAE_RUN_LOCKED', message: new RegExp(`process ${pid} `) })
  t.equal(await readFile(path, 'utf8'), others, 'it is put back')
  t.strictSame(await readdir(join(path, '..')), ['lock'], 'nothing is left behind')
})

t.test('a place that can\'t be written or read is an error', async t => {
  const root = t.testdir({ file: 'a file' })
  await t.rejects(acquireLock(join(root, 'missing', 'lock'), expected), { code: 'PVAE_OUTPUT_UNWRITABLE' })
  await t.rejects(acquireLock(join(root, 'file', 'lock'), expected), { code: 'PVAE_OUTPUT_UNWRITABLE' })
  await mkdir(join(root, 'lock'))
  await t.rejects(acquireLock(join(root, 'lock'), expected), { code: 'EISDIR' })
})
