/** Whatever help, README and docs tell people to type can be typed: it parses, and what it names exists. */
import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import t from 'tap'
import { openRepository, parseModelReference, type Card } from '@partition-vae/models'
import type { ConfigFlags } from '../../../trainer/cli/commands/config-flags.js'
import { requestOf } from '../../../trainer/cli/actions/request.js'
import { resolveRequest } from '../../../trainer/config/resolve-request.js'
import { createProgram } from '../../../trainer/cli/program.js'
import { presets } from '../../../trainer/config/presets.js'
import { cli } from './cli-fixture.js'

const root = new URL('../../../', import.meta.url)
const repository = openRepository(fileURLToPath(new URL('models/repository', root)))
const context = {
  stdout: { write () {} },
  stderr: { write () {} },
  signal: new AbortController().signal,
  directory: '/nowhere',
}

/** Every command with the words that call it: of `data preview` both. */
function commandsUnder (
  command: Command,
  words: readonly string[] = []
): Array<{ command: Command; words: readonly string[] }> {
  return [{ command, words }, ...command.commands.flatMap(child => commandsUnder(child, [...words, child.name()]))]
}

/** What is typed in a help text, behind `$`. */
const typedInHelp = (text: string): string[] => [...text.matchAll(/^ {2}\$ (.*)$/gm)].map(([, line]) => line!)

/** What is typed in a document: whole lines, as they stand in blocks of code, and code between words. */
const typedInDocument = (text: string): string[] => [
  ...text.split('\n'),
  ...[...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!),
]

/**
 * The words after `pvae` of lines that call it. What follows a redirection, a pipe or a comment is not the command's.
 */
function commandLines (typed: readonly string[]): Array<{ line: string, argv: string[] }> {
  return typed.flatMap(line => {
    const [, command, rest] =
      /^(?:npm run (?:-s )?|npx )(train|evaluate|pvae)(?: --)?(| [^#|>…]*)(?: [#|>].*)?$/.exec(line) ?? []
    if (command === undefined) return []
    const words = execFileSync('sh', ['-c', `printf '%s\\0' ${rest!.replaceAll('~', '\\~')}`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1)
    return [{ line, argv: command === 'pvae' ? words : [command, ...words] }]
  })
}

interface Parsed {
  readonly words: readonly string[]
  readonly args: readonly string[]
  readonly flags: ConfigFlags & { readonly model?: string, readonly partition?: string, readonly run?: string }
}

/** What a command would be called with. @throws CommanderError for what does not parse */
async function parse (argv: readonly string[]): Promise<Parsed | undefined> {
  let parsed: Parsed | undefined
  const program = createProgram(argv, context)
  for (const { command, words } of commandsUnder(program).filter(({ command }) => command.commands.length === 0)) {
    command.action(() => { parsed = { words, args: command.args, flags: command.opts() } })
  }
  await program.parseAsync(argv, { from: 'user' })
  return parsed
}

/** Words that stand for something of the reader's. */
const isPlaceholder = (text: string) => /^[A-Z]+$/.test(text)

async function checkNames (
  t: Tap,
  { words, args, flags: { model, partition, preset, run, ...flags } }: Parsed
): Promise<void> {
  if (preset !== undefined && !isPlaceholder(preset)) {
    t.ok(
      presets.some(({ name }) => name === preset),
      `preset ${preset}`
    )
  }
  if (words[0] === 'presets' && args[0] !== undefined) {
    t.ok(
      presets.some(({ name }) => name === args[0]),
      `preset ${args[0]}`
    )
  }
  // A run is named after its preset, or by --name or --run.
  if (run !== undefined && !isPlaceholder(run)) {
    t.ok(
      presets.some(({ name }) => name === run),
      `run ${run}`
    )
  }
  if (words[0] === 'train' && preset !== undefined) resolveRequest(await requestOf({ ...flags, preset }))
  const reference = words[0] === 'unpublish' ? args[0] : model
  if (reference === undefined || isPlaceholder(reference)) return
  const { name, version } = parseModelReference(reference)!
  const { card } = await repository.open(name, version)
  const named = [
    ...(partition?.split(',') ?? []),
    ...(words[0] === 'label' ? args.map(assignment => assignment.split('=')[0]!) : []),
  ]
  for (const partition of named) t.ok(partitionsOf(card).includes(partition), `${reference} has ${partition}`)
}

interface Tap { ok (value: unknown, message: string): unknown }
const partitionsOf = ({ partitions }: Card) => partitions.map(({ name }) => name)

for (const { words } of commandsUnder(createProgram([], context))) {
  t.test(`pvae ${words.join(' ')} --help`, async t => {
    const { stdout } = await cli([...words, '--help'])
    const typed = typedInHelp(stdout)
    const examples = commandLines(typed)
    t.equal(examples.length, typed.length, 'each is understood')
    // One has nothing to show, the other is for processes of `pvae worker` only.
    if (!['devices', 'trial'].includes(words[0]!)) t.not(typed.length, 0)
    for (const { line, argv } of examples) {
      if (argv.includes('--help')) continue
      const parsed = await parse(argv)
      t.ok(parsed !== undefined, line)
      await checkNames(t, parsed!)
    }
  })
}

const documents = [
  'README.md',
  ...(await readdir(new URL('docs', root))).filter(name => name.endsWith('.md')).map(name => `docs/${name}`),
]

for (const path of documents) {
  t.test(path, async t => {
    const text = await readFile(new URL(path, root), 'utf8')
    const { scripts } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
      scripts: Record<string, string>
    }
    for (const [, script] of text.matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)) {
      t.ok(scripts[script!] !== undefined, `npm run ${script}`)
    }
    for (const { line, argv } of commandLines(typedInDocument(text))) {
      if (argv.includes('--help')) continue
      const parsed = await parse(argv)
      t.ok(parsed !== undefined, line)
      await checkNames(t, parsed!)
    }
  })
}
