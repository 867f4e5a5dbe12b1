import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { openRepository } from '@partition-vae/models'
import { shareSource } from '../../../collections/encode/shared-source.js'
import { openGraphs } from '../../../collections/runtime/index.js'

const repository = openRepository(fileURLToPath(new URL('../../../models/repository', import.meta.url)))
const { card, encoder, decoder } = await repository.open('mnist')
const source = { card, encoder, decoder, provider: 'cpu' } as const

/** Gives a folder that is the system's temporary one until the test has ended. */
function temporary (test: Test): string {
  const folder = test.testdir()
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  test.teardown(() => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  })
  return folder
}

/** Lists what was made there, beside what the test's own compiler keeps. */
const left = (folder: string) => readdirSync(folder).filter(name => name.startsWith('pvae-'))

t.test('all threads open one copy, and encode as with their own', async t => {
  const folder = temporary(t)
  const shared = await shareSource(source, 2)
  t.equal(left(folder).length, 1)
  const own = await openGraphs(source)
  const [one, other] = [await openGraphs(shared.current()), await openGraphs(shared.current())]
  t.teardown(() => Promise.all([own, one, other].map(({ release }) => release())))
  await shared.opened()
  t.equal(left(folder).length, 1, 'one is still to open them')
  await shared.opened()
  t.strictSame(left(folder), [], 'nothing is left once both have')
  t.equal(shared.current(), source, 'who comes later has a copy of its own')
  const image = Float32Array.from({ length: 5 * 28 * 28 }, (_, i) => (i * 37 % 256) / 255) // [5, 1, 28, 28]
  const expected = await own.graphs.encode(image, 5)
  for (const { graphs } of [one, other]) t.strictSame(await graphs.encode(image, 5), expected, 'to the last bit')
})

t.test('what is closed before all have opened it leaves nothing', async t => {
  const folder = temporary(t)
  const shared = await shareSource(source, 3)
  await shared.opened()
  await shared.close()
  t.strictSame(left(folder), [])
  t.equal(shared.current(), source)
})

t.test('one thread alone, a graph at fault and a folder that can not be written: as they are', async t => {
  const folder = temporary(t)
  t.equal((await shareSource(source, 1)).current(), source)
  const broken = { ...source, encoder: Uint8Array.of(1, 2, 3) }
  t.equal((await shareSource(broken, 2)).current(), broken)
  t.strictSame(left(folder), [])
  process.env['TMPDIR'] = `${folder}/missing`
  t.equal((await shareSource(source, 2)).current(), source)
})
