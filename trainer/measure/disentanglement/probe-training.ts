/** Trains probes, given the graphs of a step and of predictions. */
import { createRuntimeSession, type RuntimeArrays } from '../../engine/runtime.js'
import { biasCorrections, type AdamConfig } from '../../optimizer/bias-corrections.js'
import { createRandom } from '../../random/index.js'
import { defineJob } from '../work/job.js'
import type { Table } from './representation.js'

export interface ProbeShape {
  /** Probes trained side by side, each with weights of its own. */
  readonly probes: number
  readonly inputs: number
  readonly hidden: number
  /** T columns that are predicted. */
  readonly outputs: number
  /** K factors that they stand for. */
  readonly factors: number
}

export const PROBE_ADAM: AdamConfig = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

export const WEIGHT_NAMES = ['hidden1', 'bias1', 'hidden2', 'bias2', 'output', 'bias3'] as const
export type WeightName = typeof WEIGHT_NAMES[number]
const STATE_KEYS = WEIGHT_NAMES.flatMap(name => [name, `${name}/first`, `${name}/second`])

export function weightShapes ({ probes, inputs, hidden, outputs }: ProbeShape): Record<WeightName, readonly number[]> {
  return {
    hidden1: [probes, inputs, hidden],
    bias1: [probes, 1, hidden],
    hidden2: [probes, hidden, hidden],
    bias2: [probes, 1, hidden],
    output: [probes, hidden, outputs],
    bias3: [probes, 1, outputs],
  }
}

/** All that a training needs: it knows of no tensors, so that a thread which does it starts soon. */
interface Training {
  readonly shape: ProbeShape
  readonly batch: number
  readonly steps: number
  readonly seed: number
  /** What each probe predicts from, [N, dₚ], standardised. */
  readonly x: readonly Table[]
  /** What is predicted, [N, T], standardised, and 1 where it counts. */
  readonly y: Table
  readonly mask: Uint8Array | undefined
  readonly train: Uint32Array
  readonly test: Uint32Array
  /** As `compileProbeStep` and `compileProbePrediction` give them. */
  readonly stepGraph: Uint8Array
  readonly predictionGraph: Uint8Array
}

/** The largest learning rate of the cycle. */
const LEARNING_RATE = 6e-3

/** Trains all probes and predicts the rows of `test`: [P, M, T]. */
export const trainProbes = defineJob(
  import.meta.url,
  'trainProbes',
  async ({ shape, batch, steps, seed, x, y, mask, train, test, ...graphs }: Training, pace): Promise<Float32Array> => {
    const session = await createRuntimeSession(graphs.stepGraph, { threads: 1 })
    let state = initialState(shape, x.map(({ columns }) => columns), seed)
    const random = createRandom(seed, 'probe-batches')
    try {
      for (let step = 0; step < steps; step++) {
        await pace()
        const rows = Uint32Array.from({ length: batch }, () => train[random.integer(train.length)]!)
        const corrections = biasCorrections(PROBE_ADAM, step + 1)
        const outputs = await session.run({
          ...state,
          x: gatherInputs(x, rows, shape.inputs),
          y: gatherTargets(y, rows),
          mask: gatherMask({ columns: y.columns, mask }, rows),
          learningRate: scalar(oneCycle(step, steps)),
          firstCorrection: scalar(corrections.first),
          secondCorrection: scalar(corrections.second),
        })
        state = Object.fromEntries(STATE_KEYS.map(key => [key, outputs[`updated/${key}`]!]))
      }
    } finally {
      await session.release()
    }
    const prediction = await createRuntimeSession(graphs.predictionGraph, { threads: 1 })
    try {
      const weights = Object.fromEntries(WEIGHT_NAMES.map(name => [name, state[name]!]))
      const outputs = await prediction.run({ ...weights, x: gatherInputs(x, test, shape.inputs) })
      return outputs.prediction!.values
    } finally {
      await prediction.release()
    }
  }
)

/**
 * Cosine rise from 1/25 of the peak over 30% of the steps, then cosine decay to 0: PyTorch's OneCycleLR. `step`: 0 …
 * steps − 1.
 */
function oneCycle (step: number, steps: number): number {
  const peak = 0.3 * steps
  const rising = step < peak
  const progress = rising ? step / peak : (step - peak) / (steps - peak)
  const cosine = (1 - Math.cos(Math.PI * progress)) / 2 // 0 → 1
  return LEARNING_RATE * (rising ? 0.04 + 0.96 * cosine : 1 - cosine)
}

/**
 * Weights are normal with variance 1/fan-in, each probe's own: inputs that pad it to the widest count for nothing. The
 * first biases are standard normal, so that units bend at different places of even a single input; the others are 0.
 */
function initialState (shape: ProbeShape, widths: readonly number[], seed: number): RuntimeArrays {
  const random = createRandom(seed, 'probe-weights')
  return Object.fromEntries(Object.entries(weightShapes(shape)).flatMap(([name, dims]) => {
    const values = new Float32Array(dims.reduce((product, size) => product * size, 1))
    if (name === 'bias1') {
      random.fillNormal(values)
    } else if (!name.startsWith('bias')) {
      const perProbe = values.length / shape.probes
      random.fillNormal(values).forEach((value, i) => {
        const fanIn = name === 'hidden1' ? widths[Math.floor(i / perProbe)]! : dims[1]!
        values[i] = value / Math.sqrt(fanIn)
      })
    }
    const zeros = () => ({ shape: dims, values: new Float32Array(values.length) })
    return [[name, { shape: dims, values }], [`${name}/first`, zeros()], [`${name}/second`, zeros()]]
  }))
}

/** [P, rows, d], narrower inputs padded with zeros. */
function gatherInputs (tables: readonly Table[], rows: Uint32Array, width: number) {
  const values = new Float32Array(tables.length * rows.length * width)
  let target = 0
  for (const { values: source, columns } of tables) {
    for (const row of rows) {
      for (let i = 0; i < columns; i++) values[target + i] = source[row * columns + i]!
      target += width
    }
  }
  return { shape: [tables.length, rows.length, width], values }
}

export function gatherTargets ({ values: source, columns }: Table, rows: Uint32Array) {
  const values = new Float32Array(rows.length * columns)
  rows.forEach((row, i) => values.set(source.subarray(row * columns, (row + 1) * columns), i * columns))
  return { shape: [1, rows.length, columns], values }
}

/** [1, rows, T] */
export function gatherMask ({ columns, mask }: { columns: number, mask: Uint8Array | undefined }, rows: Uint32Array) {
  const values = new Float32Array(rows.length * columns).fill(1)
  if (mask !== undefined) {
    rows.forEach((row, i) => values.set(mask.subarray(row * columns, (row + 1) * columns), i * columns))
  }
  return { shape: [1, rows.length, columns], values }
}

const scalar = (value: number) => ({ shape: [], values: Float32Array.of(value) })
