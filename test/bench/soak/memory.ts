/** Is memory flat? The resident set of the service over the requests it has answered. */
export interface MemoryPoint {
  readonly requests: number
  /** Bytes. */
  readonly resident: number
}

/** Of a stretch of time. */
export interface Level {
  /** Bytes. */
  readonly median: number
  /**
   * The fifth percentile, bytes: what is left when garbage has just been collected. A leak raises it; a busy
   * collector does not.
   */
  readonly trough: number
}

export interface MemoryVerdict {
  /** The first and the last third after warm-up. */
  readonly start: Level
  readonly end: Level
  /** How much the trough or the median rose, whichever rose more, bytes. */
  readonly growth: number
  /** Least squares over everything after warm-up, bytes for each request. */
  readonly slope: number
}

/** What comes before this share of all requests is warm-up: code is compiled, caches and arenas grow to their size. */
const WARM_UP = 0.25
/** Fewest measurements in a third. */
const FEWEST = 5

function levelOf (points: readonly MemoryPoint[]): Level {
  const sizes = points.map(({ resident }) => resident).sort((a, b) => a - b)
  return { median: sizes[sizes.length >> 1]!, trough: sizes[Math.floor(sizes.length / 20)]! }
}

/** @returns undefined where there are too few points to say */
export function judgeMemory (points: readonly MemoryPoint[]): MemoryVerdict | undefined {
  const total = points.at(-1)?.requests ?? 0
  const warm = points.filter(({ requests }) => requests >= total * WARM_UP)
  const third = Math.floor(warm.length / 3)
  if (third < FEWEST) return undefined
  const average = (value: (point: MemoryPoint) => number) =>
    warm.reduce((sum, point) => sum + value(point), 0) / warm.length
  const [x, y] = [average(({ requests }) => requests), average(({ resident }) => resident)]
  const covariance = average(point => (point.requests - x) * (point.resident - y))
  const variance = average(point => (point.requests - x) ** 2)
  const [start, end] = [levelOf(warm.slice(0, third)), levelOf(warm.slice(-third))]
  const growth = Math.max(end.trough - start.trough, end.median - start.median)
  return { start, end, growth, slope: covariance / variance }
}

const MIB = 2 ** 20
const inMiB = (bytes: number) => (bytes / MIB).toFixed(1)

/** `per`: number of requests to give the slope for. */
export function describeMemory ({ start, end, growth, slope }: MemoryVerdict, per: number): string {
  const change = (key: keyof Level) => `${key} ${inMiB(start[key])} → ${inMiB(end[key])} MiB`
  return `resident memory after warm-up, first third → last third: ${change('median')}, ${change('trough')}, ` +
    `growth ${inMiB(growth)} MiB, slope ${inMiB(slope * per)} MiB per ${per} requests`
}
