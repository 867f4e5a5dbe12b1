import { readFileSync } from 'node:fs'
import t from 'tap'
import { SETTINGS_PAGE, settingsTable, tableIn } from './helpers/settings-page.js'

t.test('docs/settings.md has the table of settings: names, defaults, meanings', async t => {
  const table = tableIn(readFileSync(SETTINGS_PAGE, 'utf8'))
  t.equal(table, settingsTable(), 'the page as the table says (`npm run docs:settings` updates it)')
})

t.test('the table in a page ends where other text begins', async t => {
  const table = settingsTable()
  t.equal(tableIn(`# Title\n\n${table}\n**More.** | not a row |\n`), table)
  t.throws(() => tableIn('# Title\n'), { message: /^expected a table/ })
})
