import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { settings, SETTINGS, shippedRepository } from '../../../server/settings/table.js'

t.test('every setting says what it is for', async t => {
  for (const [name, { schema }] of settings) t.match(schema, { description: /\w{3}/ }, name)
})

t.test('every setting has a default, stated or computed', async t => {
  for (const [name, { schema, computed }] of settings) t.equal('default' in schema, computed === undefined, name)
})

t.test('no two settings are one option of the app', async t => {
  const options = settings.flatMap(([, { option }]) => option === undefined ? [] : [option])
  t.strictSame(options, [...new Set(options)])
})

t.test('a setting is compared with one that there is', async t => {
  const others = settings.flatMap(([, { atLeast }]) => atLeast === undefined ? [] : [atLeast])
  t.ok(others.length > 0, 'some are')
  for (const other of others) t.ok(other in SETTINGS, other)
})

t.test('the repository that ships lies beside the package that defines its format', async t => {
  t.equal(shippedRepository().split(/[\\/]/).at(-1), 'repository')
  t.ok(existsSync(join(dirname(shippedRepository()), 'package.json')), 'beside package.json')
})
