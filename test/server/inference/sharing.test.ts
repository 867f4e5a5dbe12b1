import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { shareWeights } from '@partition-vae/collections/runtime'
import { createSharing } from '../../../server/inference/sharing.js'
import type { Slot } from '../../../server/inference/slot.js'
import type { ModelSource } from '../../../server/inference/tasks.js'
import { shippedRepository } from '../../../server/settings/table.js'
import { createLog } from '../service.js'

const { card, encoder, decoder, golden } = await openRepository(shippedRepository()).open('mnist')
const source: ModelSource = { key: 'mnist/3', card, encoder, decoder, golden, provider: 'cpu' }

/** A worker that is this thread, and notes what it has to load. */
function createSlot (share: Slot['share']) {
  const loaded: ModelSource[] = []
  const slot = {
    share,
    async load (model: ModelSource) {
      loaded.push(model)
      return { executionProvider: 'cpu' as const }
    },
  }
  return { slot: slot as unknown as Slot, loaded }
}

t.test('the files are there as long as the version is', async t => {
  const sharing = createSharing(true, createLog())
  const { slot, loaded } = createSlot(shareWeights as Slot['share'])
  await sharing.loadFirst(source, slot)
  const { folder, files } = sharing.current(source).weights!
  t.equal(loaded[0], sharing.current(source), 'the first worker maps them too')
  t.equal(sharing.current(source).key, 'mnist/3')
  t.ok(files.every(file => existsSync(file)))
  rmSync(files[0]!)
  t.equal(sharing.current(source), source, 'when something has removed one: as it is')
  await sharing.unload('mnist/3')
  t.notOk(existsSync(folder))
  await sharing.loadFirst(source, slot)
  const root = dirname(sharing.current(source).weights!.folder)
  t.equal(readdirSync(root).length, 1)
  await sharing.close()
  t.notOk(existsSync(root))
})

t.test('a version is loaded as it is where its weights can not be shared', async t => {
  const log = createLog()
  const folders: string[] = []
  const { slot, loaded } = createSlot(async (_, folder) => {
    mkdirSync(folder)
    folders.push(folder)
    throw new Error('the disk is full')
  })
  const sharing = createSharing(true, log)
  await sharing.loadFirst(source, slot)
  t.strictSame(loaded, [source])
  const told = { level: 'warn', details: { model: 'mnist/3', reason: 'the disk is full' } }
  t.match(log.lines, [told], 'and the reason is told')
  t.strictSame(folders.map(existsSync), [false], 'and what was written is removed')
  t.equal(sharing.current(source), source)
  await sharing.close()
})

t.test('one worker shares with nobody', async t => {
  const { slot, loaded } = createSlot(async () => { throw new Error('asked to share') })
  const sharing = createSharing(false, createLog())
  await sharing.loadFirst(source, slot)
  t.strictSame(loaded, [source])
  await sharing.close()
})
