/** Reads the flags of a benchmark: each declares its options once, with what `--smoke` makes of them. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** Where a smoke run draws the figures that a whole run draws into docs/. */
export const SMOKE_FOLDER = join(tmpdir(), 'partition-vae-smoke')

type Value = string | number | boolean | readonly string[] | readonly number[] | undefined

export interface BenchOption {
  readonly help: string
  /** Gives the option its type: lists are written with commas; `undefined` is a text that may be left out. */
  readonly default: Value
  /** The default of a smoke run, where that is another one. */
  readonly smoke?: Value
}

export interface Benchmark<Options extends Readonly<Record<string, BenchOption>>> {
  /** Of its script in package.json. */
  readonly name: string
  readonly about: string
  readonly options: Options
}

type ValueOf<Default> =
  Default extends number ? number
    : Default extends string ? string
      : Default extends boolean ? boolean
        : Default extends readonly number[] ? readonly number[]
          : Default extends readonly string[] ? readonly string[]
            : string | undefined

export type BenchValues<Options extends Readonly<Record<string, BenchOption>>> =
  { readonly [Name in keyof Options]: ValueOf<Options[Name]['default']> } & { readonly smoke: boolean }

const SMOKE = 'tiny inputs: shows in seconds that it works, not how fast it is'

/**
 * Reads the flags: those given, else with `--smoke` the defaults of a smoke run, else the defaults. With `--help`
 * prints them and ends the process.
 * @throws Error for an unknown flag, or a number that is none
 */
export function readOptions<const Options extends Readonly<Record<string, BenchOption>>> (
  benchmark: Benchmark<Options>, argv: readonly string[] = process.argv.slice(2)
): BenchValues<Options> {
  const flags = Object.entries<BenchOption>(benchmark.options)
  const typeOf = (option: BenchOption) => typeof option.default === 'boolean' ? 'boolean' : 'string'
  const { values } = parseArgs({
    args: [...argv],
    allowNegative: true,
    options: {
      ...Object.fromEntries(flags.map(([name, option]) => [name, { type: typeOf(option) }])),
      smoke: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values['help'] === true) {
    console.log(describeBenchmark(benchmark))
    process.exit()
  }
  const smoke = values['smoke'] === true
  const valueOf = (name: string, option: BenchOption): Value => {
    const given = (values as Readonly<Record<string, string | boolean | undefined>>)[name]
    if (given === undefined) return smoke && 'smoke' in option ? option.smoke : option.default
    return typeof given === 'boolean' ? given : parse(name, given, option.default)
  }
  const entries = flags.map(([name, option]) => [name, valueOf(name, option)] as const)
  return { ...Object.fromEntries(entries), smoke } as BenchValues<Options>
}

function parse (name: string, text: string, like: Value): Value {
  if (typeof like === 'number') return parseNumber(name, text)
  if (!Array.isArray(like)) return text
  return typeof like[0] === 'number' ? text.split(',').map(part => parseNumber(name, part)) : text.split(',')
}

function parseNumber (name: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0)) {
    throw new Error(`expected a number of at least 0 for --${name} but received ${text}`)
  }
  return value
}

/** What `--help` prints. */
export function describeBenchmark ({ name, about, options }: Benchmark<Readonly<Record<string, BenchOption>>>): string {
  const show = (value: Value) => Array.isArray(value) ? value.join() : String(value)
  const noteOf = (option: BenchOption) => [
    ...option.default === undefined || typeof option.default === 'boolean' ? [] : [`default ${show(option.default)}`],
    ...'smoke' in option ? [`smoke ${show(option.smoke)}`] : [],
  ].join('; ')
  const lines = Object.entries(options).map(([flag, option]) => {
    const note = noteOf(option)
    return [`--${flag}`, `${option.help}${note === '' ? '' : ` (${note})`}`] as const
  })
  const width = Math.max(...[...lines, ['--smoke', SMOKE] as const].map(([flag]) => flag.length))
  const rows = [...lines, ['--smoke', SMOKE] as const].map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`)
  return `npm run ${name} -- [options]\n${about}\n\n${rows.join('\n')}`
}

/** The one of `choices` with this name. @throws Error for another */
export function choose<Choice> (flag: string, name: string, choices: Readonly<Record<string, Choice>>): Choice {
  const choice = Object.hasOwn(choices, name) ? choices[name] : undefined
  if (choice === undefined) {
    throw new Error(`expected some of ${Object.keys(choices).join()} for --${flag} but received ${name}`)
  }
  return choice
}
