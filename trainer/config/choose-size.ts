/**
 * To which size images are brought where nobody says: their own aspect, about as many pixels as a small network likes.
 */

export interface Size {
  readonly height: number
  readonly width: number
}

export type Prevalence = 'all' | 'most' | 'middle'

export interface ChosenSize extends Size {
  /** The size that at least half of the images have; where none prevails, one in the middle, which none may have. */
  readonly usual: Size
  /** How many of the images have it. */
  readonly prevalence: Prevalence
  /** Whether images have other shapes than that, so that bringing them to one stretches some. */
  readonly mixed: boolean
}

/** Pixels of a chosen size, about, and at most this many times as many. */
const PIXELS = 64 * 64
const MOST = 1.15
/**
 * Where small things ask for more: pixels at most for so few things, fewer for more, since a step costs in proportion
 * to both. Of three things at 96 × 96 pixels, 1600 steps take five minutes on two cores.
 */
const MOST_PIXELS = 96 * 96
const FEW_THINGS = 3
/** Pixels along each side of a square as large as the smallest thing that matters, in the chosen size. */
const LEAST_SIDE = 2
/** Sizes that are tried have so many times as many pixels as the one before. */
const GROWTH = 1.02
/** Images of at most so many times as many are left as they are: small things in them are a pixel or two. */
const KEPT = 1.3
/**
 * Sides are multiples of the first, for three doublings in the decoder, or of the second where that fits much better.
 */
const STEPS = [8, 4] as const
const SMALL_STEPS = [4, 2, 1] as const
/**
 * Costs of a size: the weight of a change of aspect (natural logarithm) against one of the number of pixels, and the
 * cost of one doubling less in the decoder.
 */
const ASPECT_WEIGHT = 20
const SMALL_ASPECT_WEIGHT = 5
const STEP_COST = 0.3
/** Aspects that differ by more are different shapes (natural logarithm); so many of the images may have another. */
const SAME_ASPECT = 0.05
const FEW = 0.05

/**
 * Chooses the size for images of these sizes. Small images are left as they are, or brought to a multiple of 4 or 2
 * close below; none is enlarged.
 * @param sizes at least one
 * @param given a side that is decided: the other follows the aspect
 */
export function chooseSize (sizes: readonly Size[], given: Partial<Size> = {}): ChosenSize {
  const { usual, prevalence } = usualSize(sizes)
  const aspect = (size: Size) => Math.log(size.width / size.height)
  const others = sizes.filter(size => Math.abs(aspect(size) - aspect(usual)) > SAME_ASPECT).length
  return { ...sizeFor(usual, given), usual, prevalence, mixed: others > FEW * sizes.length }
}

/** The size that most images have; where none prevails, the median aspect with the median number of pixels. */
function usualSize (sizes: readonly Size[]): Pick<ChosenSize, 'usual' | 'prevalence'> {
  const counts = new Map<string, { size: Size, count: number }>()
  for (const size of sizes) {
    const key = `${size.height}×${size.width}`
    counts.set(key, { size, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  const most = [...counts.values()].reduce((a, b) => b.count > a.count ? b : a)
  if (most.count >= sizes.length / 2) {
    return { usual: most.size, prevalence: most.count === sizes.length ? 'all' : 'most' }
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!
  const ratio = median(sizes.map(({ height, width }) => width / height))
  const pixels = median(sizes.map(({ height, width }) => width * height))
  const usual = {
    height: Math.max(1, Math.round(Math.sqrt(pixels / ratio))),
    width: Math.max(1, Math.round(Math.sqrt(pixels * ratio))),
  }
  return { usual, prevalence: 'middle' }
}

function sizeFor (usual: Size, { height, width }: Partial<Size>): Size {
  if (height !== undefined && width !== undefined) return { height, width }
  if (height !== undefined) return { height, width: following(height, usual.width / usual.height) }
  if (width !== undefined) return { height: following(width, usual.height / usual.width), width }
  if (usual.height * usual.width <= KEPT * PIXELS) return cut(usual)
  // Images so narrow that no multiple fits into them.
  return reduced(usual, PIXELS, MOST * PIXELS) ??
    { height: Math.min(usual.height, PIXELS), width: Math.min(usual.width, PIXELS) }
}

/** The size of about so many pixels, and of no more than `most`, that keeps the aspect best. */
function reduced (usual: Size, pixels: number, most: number): Size | undefined {
  let best: Size | undefined
  let least = Infinity
  for (const [i, step] of STEPS.entries()) {
    for (let h = step; h <= usual.height && h * step <= most; h += step) {
      for (let w = step; w <= usual.width && w * h <= most; w += step) {
        const cost =
          ASPECT_WEIGHT * Math.abs(Math.log(((w / h) * usual.height) / usual.width)) +
          Math.abs(Math.log((w * h) / pixels)) +
          i * STEP_COST
        if (cost < least) [best, least] = [{ height: h, width: w }, cost]
      }
    }
  }
  return best
}

/** Tells whether images of this size become smaller where nobody says a size. */
export function isReduced ({ height, width }: Size): boolean {
  return height * width > KEPT * PIXELS
}

/**
 * Enlarges a chosen size until the smallest thing in the images is as large as a square of two pixels, as far as
 * training stays short: its cost grows with pixels and things.
 * @param smallest in pixels of `usual`, and how many things there are
 */
export function enlargeFor (
  { usual, ...chosen }: Size & { readonly usual: Size },
  smallest: Size & { readonly things: number }
): Size {
  const areaOf = ({ height, width }: Size) => height * width
  const suffices = (size: Size) => areaOf(smallest) * areaOf(size) / areaOf(usual) >= LEAST_SIDE ** 2
  const most = MOST_PIXELS * Math.min(1, FEW_THINGS / smallest.things)
  let found: Size = { height: chosen.height, width: chosen.width }
  for (let pixels = areaOf(chosen); !suffices(found) && pixels * GROWTH <= most; pixels *= GROWTH) {
    const next = areaOf(usual) <= pixels * GROWTH ? cut(usual) : reduced(usual, pixels * GROWTH, most)
    if (next !== undefined && areaOf(next) > areaOf(found)) found = next
  }
  return found
}

/** A small size, or the multiples of 4 or 2 below its sides where they lose little. */
function cut (size: Size): Size {
  const candidates = SMALL_STEPS.map((step, i) => {
    const [height, width] = [size.height - size.height % step, size.width - size.width % step]
    const lost = Math.log(size.height * size.width / (height * width))
    const stretch = Math.abs(Math.log(width / height * size.height / size.width))
    // Of so few pixels some are soon a tenth of the aspect.
    return {
      height,
      width,
      cost: height === 0 || width === 0 ? Infinity : SMALL_ASPECT_WEIGHT * stretch + lost + i * STEP_COST,
    }
  })
  const { height, width } = candidates.reduce((a, b) => b.cost < a.cost ? b : a)
  return { height, width }
}

/** The other side, with as many factors of 2 as the given one has, up to 8. */
function following (side: number, ratio: number): number {
  const step = [8, 4, 2, 1].find(step => side % step === 0)!
  return Math.max(step, Math.round(side * ratio / step) * step)
}
