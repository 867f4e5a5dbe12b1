/** Says what was measured, in sentences. */
import type { ByName, Measures } from './measures.js'
import { titleOf, type Partition } from './scene.js'

/** What is said of a partition. */
export interface Said {
  /** What it holds, in a sentence or two. */
  readonly words: string
  /** How well it tells its own things, and how well another does: R². */
  readonly own?: number | undefined
  readonly next?: number | undefined
  readonly isDead?: boolean
}

/** R² from which a factor is held, and from which that is sure. */
const HELD = 0.5
const SURE = 0.9
/** What another partition may know without a word. */
const LITTLE = 0.1

/** Writes a share of 1 to hundredths, as `.97`. */
export const two = (value: number): string =>
  Math.max(value, 0).toFixed(2).replace(/^0/, '')
export const percent = (share: number): string => `${Math.round(share * 100)} %`
export const writeNats = (nats: number): string => nats < 0.1
  ? Number(nats.toPrecision(2)).toString().replace(/^0\./, '.')
  : nats.toFixed(nats < 10 ? 1 : 0)

/** Joins as speech does: `a, b and c`. */
export function join (words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** A partition that says less is dead. */
const LEAST_NATS = 0.1

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

const PLAIN: Readonly<Record<string, string>> = { x: 'place', y: 'place', hue: 'colour', radius: 'size', scale: 'size' }

/** Names a factor as people do. */
const nameFactor = (factor: string): string => {
  const last = factor.split('/').at(-1)!
  return PLAIN[last] ?? last
}
const groupOf = (factor: string): string => factor.split('/')[0]!

/** Finds who knows most of something, and who knows most besides. */
function rank (shares: ByName): ReadonlyArray<readonly [string, number]> {
  return Object.entries(shares).sort(([, a], [, b]) => b - a)
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Names the partition that knows most of some groups, but for one. */
function nextBest (measures: Measures, groups: readonly string[], own: string) {
  const others = Object.keys(measures.groups[groups[0]!] ?? {}).filter(name => name !== own)
  const known = others.map(name => ({ name, share: mean(groups.map(group => measures.groups[group]![name] ?? 0)) }))
  return known.sort((a, b) => b.share - a.share)[0]
}

function sayFactors (measures: Measures, own: string, named: (name: string) => string): Said | undefined {
  const groups = Object.keys(measures.groups)
  const held = groups.filter(group => {
    const [best] = rank(measures.groups[group]!)
    return best?.[0] === own && best[1] >= HELD
  })
  if (held.length === 0) {
    const best = groups.map(group => ({ group, share: measures.groups[group]![own] ?? 0 }))
      .sort((a, b) => b.share - a.share)[0]
    if (best === undefined) return undefined
    const other = nextBest(measures, [best.group], own)
    const beside = other === undefined || other.share <= best.share
      ? ''
      : `, and ${named(other.name)} knows more of that (${two(other.share)})`
    return {
      words: `Holds none of the known things alone: at most ${nameFactor(best.group)}, R²\u00a0${two(best.share)}${beside}.`,
      own: best.share,
      next: other?.share,
    }
  }
  const factors = Object.entries(measures.explained).filter(([factor, shares]) =>
    held.includes(groupOf(factor)) && (shares[own] ?? 0) >= HELD)
  const listed = (isSure: boolean) => [...new Set(factors
    .filter(([, shares]) => (shares[own]! >= SURE) === isSure).map(([factor]) => nameFactor(factor)))]
  const sure = listed(true)
  const unsure = listed(false).filter(name => !sure.includes(name))
  const share = mean(held.map(group => measures.groups[group]![own]!))
  const other = nextBest(measures, held, own)
  const next = Math.max(other?.share ?? 0, 0)
  const things = sure.length > 0 ? sure : unsure
  const owner = held.length === 1 && factors.some(([factor]) => factor.includes('/')) ? 'Its' : 'The'
  const verb = things.length > 1 ? 'are' : 'is'
  const besides = sure.length > 0 && unsure.length > 0 ? ` Less surely ${join(unsure)}.` : ''
  const begin = `${owner} ${join(things)} ${verb}`
  const words = next <= LITTLE
    ? `${begin} in this partition and in no other: R²\u00a0${two(share)}, next best\u00a0${two(next)}.`
    : share - next >= HELD
      ? `${begin} in this partition above all: R²\u00a0${two(share)}, next best ${named(other!.name)}\u00a0${two(next)}.`
      : `${begin} in it (R²\u00a0${two(share)}), but ${named(other!.name)} knows ${two(next)} of the same.`
  return { words: `${words}${besides}`, own: share, next }
}

function sayThing (measures: Measures, own: string): Said | undefined {
  const thing = measures.things[own]
  if (thing === undefined) return undefined
  const { place, otherPlace, swapInside, reconstructed } = thing
  const alone = otherPlace <= LITTLE ? 'in this partition and in no other' : 'in this partition'
  const beside = otherPlace > HELD ? ' Things that move together tell of each other.' : ''
  const swap = swapInside >= 0.99 ? 'A swap changes nothing else' : `A swap changes other things by ${percent(1 - swapInside)}`
  return {
    words: `Its place is ${alone}: R²\u00a0${two(place)}, next best\u00a0${two(otherPlace)}.${beside} ${swap}; ` +
      `${percent(Math.max(reconstructed, 0))} of it is drawn.`,
    own: place,
    next: Math.max(otherPlace, 0),
  }
}

function sayClass (measures: Measures, own: string): string {
  const { classes } = measures
  if (classes === undefined || classes.all <= classes.chance) return ''
  const best = rank(classes.byPartition)[0]
  if (best?.[0] !== own || (best[1] - classes.chance) / (classes.all - classes.chance) < 0.75) return ''
  return ` It alone tells the class of ${percent(best[1])} of the images.`
}

function sayPlainly (measures: Measures, own: string): Said {
  const nats = measures.klByPartition[own]
  const swap = measures.swapEffect[own]
  const said = [
    nats === undefined
      ? ''
      : `Says ${writeNats(nats)}${measures.nats === undefined ? '' : ` of ${writeNats(measures.nats)}`} nats.`,
    swap === undefined ? '' : `Taken from another image it changes ${percent(swap)} of what varies.`,
  ].filter(text => text !== '').join(' ')
  return { words: said === '' ? 'Nothing was measured of it.' : said }
}

/** Nothing much changes that is in no partition: the trainer's threshold, `trainer/report/verdict/thresholds.ts`. */
const ALL_DRAWN = 0.05

/**
 * Says why a partition that holds nothing need not: a slot in reserve, or the background of a scene that stands still.
 * @param kinds of the partitions, by name
 * @returns undefined for one that is to hold something
 */
export function whyAtRest (
  { dead, unexplained }: Measures, name: string, kinds: ReadonlyMap<string, string>
): string | undefined {
  const kind = kinds.get(name)
  if (kind === 'slot') {
    const isAnyUsed = [...kinds].some(([other, kind]) => kind === 'slot' && !dead.includes(other))
    return isAnyUsed ? 'Empty in all but few images: it is there for one thing more.' : undefined
  }
  const isRead = [...kinds.values()].includes('slot')
  return kind === 'background' && (isRead || (unexplained ?? 0) < ALL_DRAWN)
    ? 'At rest: the background is the same in all images.'
    : undefined
}

/**
 * Says what a partition holds.
 * @param partitions of the card: their labels are used where there are some
 * @param kinds of the partitions, by name
 */
export function describePartition (
  measures: Measures, { name }: Partition, partitions: readonly Partition[], kinds: ReadonlyMap<string, string>
): Said {
  const named = (other: string) => {
    const partition = partitions.find(partition => partition.name === other)
    return partition === undefined ? other : titleOf(partition)
  }
  if (measures.dead.includes(name)) {
    const atRest = whyAtRest(measures, name, kinds)
    if (atRest !== undefined) return { words: atRest }
    const nats = measures.klByPartition[name] ?? 0
    const words = nats < LEAST_NATS
      ? `Says nothing (${writeNats(nats)} nats): it is dead.`
      : 'Nothing in the picture changes with it: it is dead.'
    return { words, isDead: true }
  }
  const said = sayFactors(measures, name, named) ?? sayThing(measures, name) ?? sayPlainly(measures, name)
  return { ...said, words: `${said.words}${sayClass(measures, name)}` }
}

/** Names a factor with what it is of, to begin a sentence: `Ball’s size`. */
export function nameOfFactor (factor: string): string {
  const [group, name] = [groupOf(factor), nameFactor(factor)]
  return group === name || !factor.includes('/') ? capital(name) : `${capital(group)}’s ${name}`
}
