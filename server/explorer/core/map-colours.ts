/** The colours of points: by a factor, by class, or by squared error. */
import type { Sample } from './sample.js'

type Colour = readonly [number, number, number]

/** In even steps of lightness: van der Walt and Smith's viridis (2015), without the ends that black and white hide. */
const RAMP: readonly Colour[] = [
  [65, 68, 135], [52, 94, 141], [41, 120, 142], [32, 144, 140], [34, 167, 132], [68, 190, 112], [121, 209, 81],
  [189, 222, 38],
]
/** Ten classes that differ in lightness too: Tol's muted scheme (2021), its darkest colours lighter. */
const CLASSES: readonly Colour[] = [
  [86, 84, 190], [118, 190, 232], [30, 140, 70], [214, 190, 92], [204, 102, 119], [170, 68, 153], [68, 170, 153],
  [153, 153, 51], [170, 50, 110], [128, 128, 128],
]
const PLAIN: Colour = [119, 136, 153]

/** What the points' colours say. */
export type Legend =
  | { readonly kind: 'none' }
  | { readonly kind: 'ramp', readonly from: number, readonly to: number, readonly stops: readonly string[] }
  | { readonly kind: 'classes', readonly classes: ReadonlyArray<{ readonly name: string, readonly colour: string }> }

export interface Colouring {
  /** [N, 3] */
  readonly colours: Uint8Array
  readonly legend: Legend
}

const write = ([red, green, blue]: Colour) => `rgb(${red} ${green} ${blue})`

function rampAt (share: number): Colour {
  const at = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1)
  const [below, above] = [RAMP[Math.floor(at)]!, RAMP[Math.ceil(at)]!]
  const mix = (c: 0 | 1 | 2) => Math.round(below[c] + (above[c] - below[c]) * (at - Math.floor(at)))
  return [mix(0), mix(1), mix(2)]
}

/** Colours by a number, from its 2nd to its 98th hundredth: one odd image does not take the others' colours away. */
function byNumber (values: Float32Array): Colouring {
  const sorted = values.filter(Number.isFinite).sort()
  const [from, to] = [0.02, 0.98].map(share => sorted[Math.round(share * (sorted.length - 1))] ?? 0) as [number, number]
  const colours = new Uint8Array(values.length * 3)
  values.forEach((value, n) => {
    colours.set(Number.isFinite(value) ? rampAt((value - from) / Math.max(to - from, 1e-12)) : PLAIN, n * 3)
  })
  return { colours, legend: { kind: 'ramp', from, to, stops: RAMP.map(write) } }
}

/** Names all that points can be coloured by: `error`, `class`, or a factor. */
export function listColourings (
  { classes, factors }: Sample
): Array<{ readonly name: string, readonly title: string }> {
  return [
    ...factors.map(name => ({ name, title: name.replace('/', ' · ') })),
    ...classes === undefined ? [] : [{ name: 'class', title: 'class' }],
    { name: 'error', title: 'squared error' },
  ]
}

/** Colours the images of a sample. @param by a name that `listColourings` gives; anything else: all alike */
export function colourSample (sample: Sample, by: string): Colouring {
  const { classes, classNames, factors, factor, squaredError, count } = sample
  if (by === 'error') return byNumber(squaredError)
  if (by === 'class' && classes !== undefined) {
    const colours = new Uint8Array(count * 3)
    classes.forEach((kind, n) => colours.set(CLASSES[kind % CLASSES.length]!, n * 3))
    const kinds = [...new Set(classes)].sort((a, b) => a - b)
    const named = kinds.map(kind =>
      ({ name: classNames?.[kind] ?? String(kind), colour: write(CLASSES[kind % CLASSES.length]!) }))
    return { colours, legend: { kind: 'classes', classes: named } }
  }
  const k = factors.indexOf(by)
  if (k >= 0 && factor !== undefined) {
    return byNumber(Float32Array.from({ length: count }, (_, n) => factor[n * factors.length + k]!))
  }
  const colours = new Uint8Array(count * 3)
  for (let n = 0; n < count; n++) colours.set(PLAIN, n * 3)
  return { colours, legend: { kind: 'none' } }
}
