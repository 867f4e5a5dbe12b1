/** Judges slots: a thing may be in any of them, so that what one holds, or shares with another, says nothing. */
import { namesOfKind, type PartitionKinds } from '../../config/partition-kinds.js'
import type { Metrics } from '../../measure/metrics-schema.js'
import { good, worrying, type Finding } from './finding.js'

/** Lists the slots that no image opened, or hardly any. */
export function closedSlots ({ deadPartitions }: Metrics, kinds: PartitionKinds): string[] {
  return deadPartitions.flatMap(({ name }) => kinds.get(name) === 'slot' ? [name] : [])
}

export function judgeSlots (metrics: Metrics, named: (name: string) => string, kinds: PartitionKinds): Finding[] {
  const slots = namesOfKind(kinds, 'slot')
  const closed = closedSlots(metrics, kinds)
  if (closed.length === slots.length) {
    return [
      worrying(
        `${slots.length === 1 ? 'the slot stays' : 'all slots stay'} closed: nothing but the background is drawn`,
        'let an open slot cost less (model.price), or train longer (--epochs)'
      ),
    ]
  }
  if (slots.length === 1) return []
  const rest = closed.length === 0
    ? ''
    : `; ${closed.map(named).join(', ')} ${closed.length === 1 ? 'stays' : 'stay'} closed, in reserve for more things`
  return [good(`${slots.length - closed.length} of ${slots.length} slots hold things${rest}`)]
}
