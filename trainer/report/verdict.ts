/** Says in plain words what the measures of a model mean: what is good, what is worrying, what to try next. */
import type { Partition } from '@partition-vae/models'
import { areInterchangeable, hasSlots, NO_KINDS, type PartitionKinds } from '../config/partition-kinds.js'
import type { Metrics } from '../measure/metrics-schema.js'
import type { Finding } from './verdict/finding.js'
import { judgeLatent, judgePartitions, judgeReconstruction } from './verdict/model.js'
import { judgeSlots } from './verdict/slots.js'
import { judgeThings } from './verdict/things.js'
import { judgeClasses, judgeFactors, judgeMasks, judgeScenes } from './verdict/known-truth.js'

export interface Verdict {
  readonly good: readonly string[]
  readonly worrying: readonly string[]
  readonly next: readonly string[]
}

/** More advice than this is none. */
const MOST_ADVICE = 3

/**
 * Says what measures mean, in sentences for people.
 * @param partitions of the card, with their labels where they have some
 * @param kinds of the partitions, where the config says them
 */
export function judge (
  metrics: Metrics,
  partitions: readonly Partition[],
  kinds: PartitionKinds = NO_KINDS
): Verdict {
  const named = (name: string) => partitions.find(partition => partition.name === name)?.label ?? name
  const findings = [
    ...judgeReconstruction(metrics),
    ...judgeLatent(metrics, kinds),
    ...hasSlots(kinds) ? judgeSlots(metrics, named, kinds) : judgePartitions(metrics, named, kinds),
    ...judgeThings(metrics, named, kinds),
    ...areInterchangeable(kinds) ? [] : [...judgeFactors(metrics, named), ...judgeClasses(metrics, named)],
    ...judgeMasks(metrics),
    ...judgeScenes(metrics),
  ]
  const of = (kind: Finding['kind']) => findings.filter(finding => finding.kind === kind).map(({ text }) => text)
  const advice = [...new Set(findings.flatMap(({ next }) => next === undefined ? [] : [next]))].slice(0, MOST_ADVICE)
  const unnamed =
    partitions.length > 1 && partitions.every(({ name, label }) => label === undefined && /^p\d+$/.test(name))
  const last = unnamed
    ? ['look at the partition swaps in the report, and name what each partition holds (pvae label)']
    : []
  return {
    good: of('good'),
    worrying: of('worrying'),
    next:
      advice.length > 0
        ? advice
        : last.length > 0
          ? last
          : ['nothing needs mending: look at the figures of the report'],
  }
}

/** For a terminal. */
export function describeVerdict ({ good, worrying, next }: Verdict): string {
  const lines = (title: string, sentences: readonly string[]) =>
    sentences.map((sentence, i) => `${(i === 0 ? title : '').padEnd(9)} ${sentence}`)
  return [...lines('good', good), ...lines('worrying', worrying), ...lines('next', next)].join('\n')
}
