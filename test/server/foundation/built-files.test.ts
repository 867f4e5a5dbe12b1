import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { findExplorer } from '../../../server/foundation/built-files.js'

t.test('the folder that is built, if it is', async t => {
  const folder = fileURLToPath(new URL('../../../server/explorer/dist/', import.meta.url))
  t.equal(findExplorer(), existsSync(join(folder, 'index.html')) ? folder : undefined)
})
