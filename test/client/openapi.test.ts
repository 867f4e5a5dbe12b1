/** The client's types are those of the API as it is. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { CLIENT_TYPES, clientTypes } from '../helpers/client-types.js'

t.test('the types of the API are as the service describes it', async t => {
  const stale = await clientTypes() !== readFileSync(CLIENT_TYPES, 'utf8')
  t.notOk(stale, 'client/openapi.ts is as `npm run client:types` writes it')
})
