/** Reads a Dockerfile: stages of instructions, continued lines joined, comments dropped. */
import { readFileSync } from 'node:fs'

export interface Instruction {
  readonly keyword: string
  readonly text: string
}

export interface Stage {
  readonly name: string
  readonly base: string
  readonly instructions: readonly Instruction[]
}

export function readDockerfile (file: URL): Stage[] {
  const text = readFileSync(file, 'utf8').replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '')
  const stages: Array<Stage & { instructions: Instruction[] }> = []
  for (const line of text.split('\n').filter(line => line !== '')) {
    const [, keyword, rest] = /^([A-Z]+) +(.*)$/.exec(line) ?? []
    if (keyword === undefined) throw new Error(`expected an instruction in ${file.pathname} but received ${line}`)
    const from = /^(\S+) AS (\S+)$/.exec(rest!)
    if (keyword === 'FROM' && from !== null) stages.push({ base: from[1]!, name: from[2]!, instructions: [] })
    else if (keyword !== 'FROM' && stages.length > 0) stages.at(-1)!.instructions.push({ keyword, text: rest! })
    else throw new Error(`expected FROM base AS name in ${file.pathname} but received ${line}`)
  }
  return stages
}

export function findStage (stages: readonly Stage[], name: string): Stage {
  const stage = stages.find(stage => stage.name === name)
  if (stage === undefined) {
    throw new Error(`expected a stage ${name} but found ${stages.map(({ name }) => name).join(', ')}`)
  }
  return stage
}

export function textsOf ({ instructions }: Stage, wanted: string): string[] {
  return instructions.filter(({ keyword }) => keyword === wanted).map(({ text }) => text)
}

/** The one instruction of this kind. */
export function only (stage: Stage, keyword: string): string {
  const texts = textsOf(stage, keyword)
  if (texts.length !== 1) throw new Error(`expected one ${keyword} in stage ${stage.name} but found ${texts.length}`)
  return texts[0]!
}

/** `NAME=value` and `NAME="a value"` of all its ENV or LABEL instructions. */
export function pairs (stage: Stage, keyword: 'ENV' | 'LABEL'): Record<string, string> {
  const matches = textsOf(stage, keyword).flatMap(text => [...text.matchAll(/([\w.]+)=("(?:[^"\\]|\\.)*"|\S+)/g)])
  return Object.fromEntries(
    matches.map(([, name, value]) => [name!, value!.startsWith('"') ? (JSON.parse(value!) as string) : value!])
  )
}

/** The words of an instruction in exec form: a shell in between would swallow signals. */
export function execForm (text: string): string[] {
  if (!text.startsWith('[')) throw new Error(`expected the exec form but received ${text}`)
  return JSON.parse(text) as string[]
}
