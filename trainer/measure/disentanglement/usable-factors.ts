/** Which factors some images can tell of. */
import { NotMeasurable } from '../not-measured.js'
import { symmetriesOf } from './kinds.js'
import { splitAtRandom, type Factors, type Split } from './representation.js'

/** With fewer images held out, R² says more of the few images than of the model. */
const FEWEST_HELD_OUT = 4

/**
 * The factors that vary both among the images that probes learn from and among those they are judged on, and that
 * split; a group that loses all of its factors is gone too.
 * @param testShare share of held-out images
 * @param onLeftOut told of each other factor, and why
 * @throws NotMeasurable where no factor is left, or there are too few images
 */
export function usableFactors (
  { names, groups, values, kinds }: Factors,
  seed: number,
  testShare: number,
  onLeftOut: (name: string, reason: string) => void
): { factors: Factors; split: Split } {
  const count = values.length / names.length
  if (Math.round(count * testShare) < FEWEST_HELD_OUT) {
    throw new NotMeasurable(
      `expected at least ${Math.ceil((FEWEST_HELD_OUT - 0.5) / testShare)} images to learn factors from and be judged on but found ${count}`
    )
  }
  const split = splitAtRandom(count, seed, testShare)
  const kept = names.flatMap((name, k) => {
    const of = (row: number) => values[row * names.length + k]!
    for (const [rows, which] of [
      [split.train, ''],
      [split.test, ' held out'],
    ] as const) {
      const first = of(rows[0]!)
      const wrong = rows.find(row => !Number.isFinite(of(row)))
      if (wrong !== undefined) {
        onLeftOut(name, `expected finite values but found ${of(wrong)}`)
        return []
      }
      if (rows.every(row => of(row) === first)) {
        onLeftOut(
          name,
          `expected it to vary over the images but found ${Number(first.toPrecision(6))} for all ${rows.length} ` +
            `images${which}`
        )
        return []
      }
    }
    const kind = kinds?.[k]
    if (kind?.kind === 'circular' && symmetriesOf(kind).length === 0) {
      onLeftOut(name, 'expected an image that shows it but found only things that look the same at any angle')
      return []
    }
    return [k]
  })
  if (kept.length === 0) {
    throw new NotMeasurable(`expected a factor that varies over the images but found none among ${names.join(', ')}`)
  }
  const remaining = Object.entries(groups)
    .map(([group, members]) => [group, members.flatMap(k => (kept.includes(k) ? [kept.indexOf(k)] : []))] as const)
    .filter(([, members]) => members.length > 0)
  return {
    factors: {
      names: kept.map(k => names[k]!),
      groups: Object.fromEntries(remaining),
      ...(kinds !== undefined && { kinds: kept.map(k => kinds[k]!) }),
      values:
        kept.length === names.length
          ? values
          : Float32Array.from(
            { length: count * kept.length },
            (_, i) => values[Math.floor(i / kept.length) * names.length + kept[i % kept.length]!]!
          ),
    },
    split,
  }
}
