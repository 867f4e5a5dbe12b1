import { readFileSync } from 'node:fs'
import t from 'tap'
import { ConfigSchema } from '../server/settings/config.js'

const page = readFileSync(new URL('../docs/settings.md', import.meta.url), 'utf8')

/** What depends on the machine, or on where the models lie. */
const COMPUTED: Readonly<Record<string, string>> = { PVAE_REPOSITORY: '`models/repository`', PVAE_WORKERS: 'cores − 1' }

function defaultOf (name: string, schema: object): string {
  if (!('default' in schema)) return COMPUTED[name] ?? 'missing'
  return schema.default === '' ? 'unset' : `\`${schema.default}\``
}

t.test('the table of settings is the schema of settings: names, defaults, meanings', async t => {
  const rows = page.split('\n').filter(line => /^\| `(PVAE_[A-Z_]+|OTEL_[A-Z_]+|PORT|HOST|LOG_LEVEL)` \|/.test(line))
  t.strictSame(rows, Object.entries(ConfigSchema.properties).map(([name, schema]) => `| \`${name}\` | ${defaultOf(name, schema)} | ${(schema as { description?: string }).description} |`))
})
