import type { Sample } from './sample.js'

/** The share of a unit's variance that a factor must explain to give the unit its name. */
const NAMING = 0.9
const HINTING = 0.25

/** Squared correlation of two columns of tables, over their rows. */
function explained (a: Float32Array, at: number, b: Float32Array, bt: number, count: number): number {
  const [strideA, strideB] = [a.length / count, b.length / count]
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0]
  for (let n = 0; n < count; n++) {
    const x = a[n * strideA + at]!
    const y = b[n * strideB + bt]!
    sa += x
    sb += y
    saa += x * x
    sbb += y * y
    sab += x * y
  }
  const both = (saa - sa * sa / count) * (sbb - sb * sb / count)
  return both <= 0 ? 0 : (sab - sa * sb / count) ** 2 / both
}

function plain (factor: string): string {
  const last = factor.split('/').at(-1)!
  return last === 'x' ? 'left – right' : last === 'y' ? 'up – down' : last
}

/** Names the factor that one of some units follows most. @returns undefined where no factors are known */
export function closestFactor ({ mean, factor, factors, count }: Sample, units: readonly number[]): string | undefined {
  if (factor === undefined) return undefined
  const share = (k: number) => Math.max(...units.map(unit => explained(mean, unit, factor, k, count)))
  return factors.map((name, k) => ({ name, share: share(k) })).sort((a, b) => b.share - a.share)[0]?.name
}

/** Names a unit by the factor that it follows (R² of one on the other), else by up to two, else by its number. */
export function nameUnit ({ mean, factor, factors, count }: Sample, unit: number, index: number): string {
  if (factor === undefined) return `unit ${index + 1}`
  const ranked = factors.map((name, k) => ({ name, share: explained(mean, unit, factor, k, count) }))
    .sort((a, b) => b.share - a.share)
  if (ranked[0] !== undefined && ranked[0].share >= NAMING) return plain(ranked[0].name)
  const hints = ranked.slice(0, 2).filter(({ share }) => share >= HINTING).map(({ name }) => plain(name))
  return hints.length === 0 ? `unit ${index + 1}` : [...new Set(hints)].join(', ')
}

/** Counts a unit's values in bins. @returns in [0, 1], the fullest 1 */
export function histogram ({ mean, count }: Sample, unit: number, from: number, to: number, bins = 28): number[] {
  const counts = new Array<number>(bins).fill(0)
  const size = mean.length / count
  for (let n = 0; n < count; n++) {
    const bin = Math.floor((mean[n * size + unit]! - from) / (to - from) * bins)
    if (bin >= 0 && bin < bins) counts[bin]!++
  }
  const fullest = Math.max(1, ...counts)
  return counts.map(value => value / fullest)
}
