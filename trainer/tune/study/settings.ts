/** What a study is about. It stands in the journal: the same for all processes, and as long as the study lives. */
import { invalid } from '../../config/invalid.js'
import type { ConfigRequest } from '../../config/request.js'
import { setStudyAttribute, type Operation } from '../journal/operations.js'
import type { StudyState } from '../journal/replay.js'
import type { Space } from '../space/groups.js'
import type { Objective } from './objective.js'

export interface StudySettings {
  readonly space: Space
  /** At least one; several make a Pareto front. */
  readonly objectives: readonly Objective[]
  /** The config that trials change. */
  readonly request: ConfigRequest
  /** Trainings a trial, from different seeds. */
  readonly repetitions: number
}

export type SamplerName = 'tpe' | 'random'

export interface StudyOptions extends StudySettings {
  /** The study's folder. */
  readonly directory: string
  readonly name: string
  readonly sampler: SamplerName
  readonly seed: number
  /** Whether trials are stopped early. */
  readonly prunes: boolean
}

/** By the name of its attribute in the journal: how a person calls it. */
const NAMES: Readonly<Record<keyof StudySettings, string>> = {
  space: 'the search space (--space)',
  objectives: 'the objectives (--objective)',
  request: 'the config (--preset, --config, --data, --set …)',
  repetitions: 'the seeds of a trial (--seeds)',
}

const attributeOf = (key: string) => `pvae:${key}`

export function settingsOperations (study: number, settings: StudySettings): Operation[] {
  return (Object.keys(NAMES) as Array<keyof StudySettings>).map(key =>
    setStudyAttribute(study, attributeOf(key), settings[key]))
}

/**
 * Reads what a study began with.
 * @throws TrainerError PVAE_CONFIG_INVALID for a study that another program began
 */
export function settingsOf ({ name, userAttributes }: StudyState): StudySettings {
  const settings = Object.fromEntries(Object.keys(NAMES).map(key => {
    const begun = userAttributes.get(attributeOf(key))
    if (begun === undefined) throw foreign(name, key)
    return [key, begun]
  })) as unknown as StudySettings
  // JSON has no undefined, by which a change takes a field away; no field of a config may be null.
  const overrides = settings.request.overrides.map(([path, value]) => [path, value ?? undefined] as const)
  return { ...settings, request: { ...settings.request, overrides } }
}

const foreign = (name: string, key: string) =>
  invalid(`the study ${name}`, 'one that pvae tune began', `a journal without ${attributeOf(key)}`)

/** @throws TrainerError PVAE_CONFIG_INVALID where a study is another one than what is asked for */
export function checkSameStudy (study: StudyState, settings: StudySettings): void {
  const begun = settingsOf(study)
  for (const [key, words] of Object.entries(NAMES) as Array<[keyof StudySettings, string]>) {
    const [before, now] = [canonical(begun[key]), canonical(settings[key])]
    if (before === now) continue
    const found = `${firstDifference(before, now)}; begin another study with --study NAME`
    throw invalid(`${words} of study ${study.name}`, 'what the study began with', found)
  }
}

/** Shows where two texts part, for people. */
function firstDifference (before: string, now: string): string {
  const at = [...now].findIndex((character, i) => before[i] !== character)
  const from = Math.max(0, (at < 0 ? now.length : at) - 30)
  const piece = (text: string) => `${from > 0 ? '…' : ''}${text.slice(from, from + 80)}${text.length > from + 80 ? '…' : ''}`
  return `${piece(now)} in place of ${piece(before)}`
}

/** The same text for the same value, in whatever order its fields stand. */
function canonical (value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1))
      : part)
}
