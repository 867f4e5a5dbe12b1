/** Judges whether each thing has its partition: what a layered model claims, checked without known truth. */
import { hasSlots, NO_KINDS, type PartitionKinds } from '../../config/partition-kinds.js'
import type { Metrics } from '../../measure/metrics-schema.js'
import type { Area, Dependence, Thing, Unexplained } from '../../measure/things/schema.js'
import { THRESHOLDS } from './thresholds.js'
import { good, percent, worrying, type Finding } from './finding.js'

/** Lists the partitions that were seen to hold their own things. */
export function holdingTheirThings ({ things }: Metrics): string[] {
  return Object.entries(things?.partitions ?? {}).flatMap(([name, thing]) => faultsOf(thing).length === 0 ? [name] : [])
}

export function judgeThings (
  metrics: Metrics, named: (name: string) => string, kinds: PartitionKinds = NO_KINDS
): Finding[] {
  const { things } = metrics
  if (things === undefined || things === null) return []
  return [
    ...judgeOwnThings(metrics, named),
    // Slots depend on each other by the order in which they look.
    ...hasSlots(kinds) ? [] : judgeDependence(things.dependence, named),
    ...things.unexplained === null ? [] : judgeUnexplained(things.unexplained, kinds),
  ]
}

function judgeOwnThings (metrics: Metrics, named: (name: string) => string): Finding[] {
  const known = Object.entries(metrics.things?.partitions ?? {})
  if (known.length === 0) return []
  const holding = holdingTheirThings(metrics)
  const least = Math.min(...known.map(([, { swapInside }]) => swapInside))
  const faulty = known.flatMap(([name, thing]) => {
    const faults = faultsOf(thing)
    return faults.length === 0 ? [] : [`${named(name)} does not have its thing: ${faults.join(', ')}`]
  })
  return [
    ...(holding.length === known.length
      ? [good(`${allOf(known.length)} its partition: ${shareOf(least)} of what a swap changes is inside its own thing`)]
      : holding.length > 0
        ? [good(`${holding.length} of ${known.length} things have their partitions: ${holding.map(named).join(', ')}`)]
        : []),
    ...faulty.map(text => worrying(text, 'train longer (--epochs), or look at what was found (objects.png)')),
  ]
}

/** Rounds a lower bound down. */
const shareOf = (least: number) => least === 1 ? 'all' : `at least ${Math.floor(100 * least)}%`

const allOf = (count: number) => (count === 1 ? 'the thing that moves has' : `each of the ${count} things has`)

function faultsOf ({ swapInside, follows, reconstructed }: Thing): string[] {
  return [
    ...(swapInside < THRESHOLDS.swapInside.worrying
      ? [`its swap changes ${percent(1 - swapInside)} outside its thing`]
      : []),
    ...(follows < THRESHOLDS.follows.worrying
      ? [follows === 0 ? 'it is never drawn there' : `it is drawn there in only ${percent(follows)} of the images`]
      : []),
    ...(reconstructed < THRESHOLDS.ownThing.worrying
      ? [reconstructed <= 0 ? 'nothing of it is reconstructed' : `only ${percent(reconstructed)} of it is reconstructed`]
      : []),
  ]
}

function judgeDependence (dependence: readonly Dependence[], named: (name: string) => string): Finding[] {
  const [first] = dependence
  if (first === undefined) return []
  const pairOf = ({ partitions: [a, b] }: Dependence) => `${named(a)} and ${named(b)}`
  const placesOf = ({ places }: Dependence) => places === null ? '' : `, of the places of their things ${percent(places)}`
  const same = dependence.filter(
    ({ r2, places }) =>
      r2 >= THRESHOLDS.dependence.worrying && r2 - (places ?? 0) >= THRESHOLDS.dependenceBeyondPlaces.worrying
  )
  if (same.length > 0) {
    return same.map(pair =>
      worrying(
        `${pairOf(pair)} say the same: one tells ${percent(pair.r2)} of the other's variance${placesOf(pair)}`,
        'try other seeds (--restarts 4)'
      )
    )
  }
  return [
    good(
      `no partition repeats another: of the most dependent, ${pairOf(first)}, one tells ${percent(first.r2)} of the ` +
        `other's variance${placesOf(first)}`
    ),
  ]
}

function judgeUnexplained ({ outside, area }: Unexplained, kinds: PartitionKinds): Finding[] {
  if (outside <= THRESHOLDS.unexplained.good) return [good(`what changes is drawn by partitions: ${percent(outside)} of it by none`)]
  if (outside < THRESHOLDS.unexplained.worrying) return []
  return [
    worrying(
      `${percent(outside)} of what changes is in no partition${area === null ? '' : `, ${placeOf(area)}`}`,
      hasSlots(kinds)
        ? 'look at what nobody explains, in the report: if it is things, train longer, or add slots (model.partitions)'
        : 'look at what nobody explains, in the report: if a thing is there, ask for more (--objects)'
    ),
  ]
}

function placeOf ({ top, bottom, left, right, share }: Area): string {
  const where = `around (${Math.round((top + bottom) / 2)}, ${Math.round((left + right) / 2)})`
  const size = `${bottom - top} × ${right - left} pixels ${where}, row and column`
  return share >= 0.5 ? `most of it in ${size}` : `${percent(share)} of it in ${size}`
}
