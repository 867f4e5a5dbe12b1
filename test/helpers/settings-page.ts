/**
 * Keeps the table of docs/settings.md as server/settings/table.ts says. As a program (`npm run docs:settings`) writes
 * it into the page, which is committed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { settings, type Setting } from '../../server/settings/table.js'

export const SETTINGS_PAGE = new URL('../../docs/settings.md', import.meta.url)

const HEAD = '| setting (environment) | default | |\n|---|---|---|\n'

function defaultOf ({ schema, computed }: Setting): string {
  if (computed !== undefined) return computed.stated
  const { default: value } = schema as { default?: unknown }
  return value === '' ? 'unset' : `\`${value}\``
}

/** The table of all settings, in Markdown. */
export function settingsTable (): string {
  return HEAD + settings.map(([name, setting]) => {
    const { description } = setting.schema as { description?: string }
    return `| \`${name}\` | ${defaultOf(setting)} | ${description} |\n`
  }).join('')
}

/** The table of settings in a page: from its head to the first line that is none of its. */
export function tableIn (page: string): string {
  const from = page.indexOf(HEAD)
  if (from < 0) throw new Error(`expected a table that begins with ${JSON.stringify(HEAD)} for the page but found none`)
  return /^(?:\|.*\n)*/.exec(page.slice(from))![0]
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const page = readFileSync(SETTINGS_PAGE, 'utf8')
  writeFileSync(SETTINGS_PAGE, page.replace(tableIn(page), settingsTable))
}
