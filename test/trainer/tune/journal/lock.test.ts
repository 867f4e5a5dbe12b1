import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, symlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { withJournalLock } from '../../../../trainer/tune/journal/lock.js'

t.test('one after the other, and nothing is left', async t => {
  const directory = t.testdir({ 'j.log': '' })
  const journal = join(directory, 'j.log')
  let inside = 0
  let most = 0
  await Promise.all([1, 2, 3].map(() => withJournalLock(journal, async () => {
    most = Math.max(most, ++inside)
    await new Promise(resolve => setTimeout(resolve, 5))
    inside--
  })))
  t.equal(most, 1)
  t.strictSame(await readdir(directory), ['j.log'])
})

t.test('the lock goes with an error, too', async t => {
  const journal = join(t.testdir({ 'j.log': '' }), 'j.log')
  await t.rejects(withJournalLock(journal, async () => { throw new Error('no') }), { message: 'no' })
  t.notOk(existsSync(`${journal}.lock`))
})

t.test('the lock of a process that is gone is taken over at once', async t => {
  const journal = join(t.testdir({ 'j.log': '' }), 'j.log')
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  await writeFile(`${journal}.lock`, JSON.stringify({ pid: child.pid, host: hostname(), startedAt: '1' }))
  t.equal(await withJournalLock(journal, async () => 'taken', Infinity), 'taken', 'with no grace')
})

t.test('Optuna\'s link is a lock; one that stands still is taken away after its grace', async t => {
  const journal = join(t.testdir({ 'j.log': '' }), 'j.log')
  await symlink(journal, `${journal}.lock`)
  let waited = true
  const work = withJournalLock(journal, async () => waited, 150)
  waited = false
  t.equal(await work, false, 'it waited')
  t.notOk(existsSync(`${journal}.lock`))
  await symlink('studies/j.log', `${journal}.lock`)
  t.equal(await withJournalLock(journal, async () => 'a link that leads nowhere', 50), 'a link that leads nowhere')
  await writeFile(`${journal}.lock`, '')
  t.equal(await withJournalLock(journal, async () => 'a file as well', 50), 'a file as well')
})
