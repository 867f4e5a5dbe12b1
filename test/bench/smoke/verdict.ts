/** Judges what a benchmark printed. */

const NUMBER = '[-−]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:e[-+]?\\d+)?'
const TOKENS: Readonly<Record<string, string>> = { '#?': `(?:${NUMBER}|–)`, '#': NUMBER, '…': '.*' }

/** The regular expression of a line in expected.ts: its runs of spaces stand for any. */
export function patternOf (line: string): RegExp {
  const source = line.trim().split(/(#\?|#|…|\s+)/).map(part => {
    if (/^\s+$/.test(part)) return '\\s+'
    return TOKENS[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  }).join('')
  return new RegExp(`^\\s*${source}\\s*$`, 'm')
}

/** What stands in no sound result. */
const UNSOUND = /\bNaN\b|\bInfinity\b|\bundefined\b|\bFAILED\b|^FAULT|\| failed \|/m

export interface Printed {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
}

/** @returns what is wrong, one line each; nothing where all is well */
export function problemsOf ({ code, signal, stdout }: Printed, expected: readonly string[] | undefined): string[] {
  if (expected === undefined) return ['it has no smoke form: say in test/bench/smoke/expected.ts what it has to print']
  const unsound = UNSOUND.exec(stdout)
  return [
    ...code === 0 ? [] : [`expected it to end with 0 but it ended with ${code ?? signal}`],
    ...expected.length === 0 ? ['expected results to look for in test/bench/smoke/expected.ts but found none'] : [],
    ...expected.filter(line => !patternOf(line).test(stdout))
      .map(line => `expected a line like "${line}" but found none`),
    ...unsound === null ? [] : [`expected sound results but found ${unsound[0]}`],
  ]
}

/** Peers that it says it could not run, each with its reason. */
export function skippedIn (stdout: string): string[] {
  return [...stdout.matchAll(/^(.+) is skipped: (.+)$/gm)].map(([, name, reason]) => `${name} (${reason})`)
}
