import { readFileSync } from 'node:fs'
import t from 'tap'
import { readVersion } from '../../../server/foundation/version.js'

t.equal(
  readVersion(),
  JSON.parse(readFileSync(new URL('../../../server/package.json', import.meta.url), 'utf8')).version
)
