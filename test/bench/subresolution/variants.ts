/**
 * What is compared: one network at several factors of subresolution, and a layered model with and without growing
 * from a coarser resolution.
 */
import { applyOverrides } from '../../../trainer/config/overrides.js'
import type { RunConfig } from '../../../trainer/config/schema.js'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { earlierMilestones } from '../milestones.js'

/** Steps of one resolution. A variant's phases are trained one after another. */
export interface Phase {
  /** A config whose first step is this phase's: what is timed. */
  readonly timed: RunConfig
  readonly steps: number
}

export interface Variant {
  readonly name: string
  readonly config: RunConfig
  readonly phases: readonly Phase[]
}

export interface Comparison {
  readonly title: string
  /** The first is what the others are measured against. */
  readonly variants: readonly Variant[]
}

type Fields = Readonly<Record<string, unknown>>

/**
 * A preset with fields of its model changed, and schedules that do not look at a run's length: then curves compare
 * wherever they are cut.
 */
function configure (preset: string, name: string, epochs: number, change: (model: Fields) => Fields): RunConfig {
  const { config } = findPreset(preset)
  return parseRunConfig({
    ...config,
    name,
    model: change(config.model as Fields),
    objective: { ...config.objective as object, betaWarmup: 0 },
    fit: { ...config.fit as object, epochs, learningRateSchedule: 'constant' },
  })
}

const subresolutions = [
  { factor: 1, interpolation: 'nearest' },
  ...[2, 4].flatMap(factor => ['nearest', 'bilinear'].map(interpolation => ({ factor, interpolation }))),
] as const

type FitDecoder = (decoder: Fields, factor: number) => Fields

/** On MNIST: at f = 1 the interpolations are the same. `decoder` fits the preset's to a factor. */
export function digits (preset: string, title: string, epochs: number, decoder: FitDecoder = own => own): Comparison {
  return {
    title,
    variants: subresolutions.map(({ factor, interpolation }) => {
      const name = factor === 1 ? 'f = 1' : `f = ${factor}, ${interpolation}`
      const config = configure(preset, 'digits', epochs, model => ({
        ...model, subresolution: { factor, interpolation }, decoder: decoder(model['decoder'] as Fields, factor),
      }))
      return { name, config, phases: [{ timed: config, steps: Infinity }] }
    }),
  }
}

/** A canvas of 7 × 7 is not doubled. */
export function withoutDoubling (decoder: Fields, factor: number): Fields {
  if (factor < 4) return decoder
  const blocks = (decoder['blocks'] as Fields[]).map(block => ({ ...block, kernel: 3, upsample: 'none' }))
  return { ...decoder, blocks }
}

/**
 * Layers that begin at 1/f of the resolution for two thirds of the run, and layers that do not; all with the preset's
 * steps of its own, moved in proportion.
 */
export function layers (title: string, epochs: number, stepsPerEpoch: number): Comparison {
  const total = epochs * stepsPerEpoch
  const steps = Math.round(2 / 3 * total)
  const { model: usual, fit } = parseRunConfig(findPreset('table-tennis').config)
  const moved = earlierMilestones(usual, total / (fit.epochs * 625))
  const shortened = (model: Fields) => applyOverrides(model, moved) as Fields
  const full = configure('table-tennis', 'layers', epochs, model => {
    const { coarse: _, ...rest } = shortened(model)
    return rest
  })
  const grown = (factor: number): Variant => {
    const config = configure('table-tennis', 'layers', epochs, model =>
      ({ ...shortened(model), coarse: { factor, steps } }))
    const phases = [{ timed: config, steps }, { timed: full, steps: Infinity }]
    return { name: `at 1/${factor}, then full`, config, phases }
  }
  const fromTheStart = { name: 'full from the start', config: full, phases: [{ timed: full, steps: Infinity }] }
  return { title, variants: [fromTheStart, grown(2)] }
}
