/** Reads what ONNX Runtime's profiler writes: an array of events in the form of Chrome's traces. */
import { Compile, Type, type Static } from '@partition-vae/models/typebox'
import type { EngineProfile, ProfiledOperation, ProfiledRun, Shape } from './operation.js'

const EventSchema = Type.Object({
  cat: Type.String(),
  name: Type.String(),
  ts: Type.Number(),
  dur: Type.Number(),
  args: Type.Object({
    op_name: Type.Optional(Type.String()),
    input_type_shape: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Array(Type.Integer())))),
    output_type_shape: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Array(Type.Integer())))),
  }),
})
type RuntimeEvent = Static<typeof EventSchema>
const events = Compile(Type.Array(EventSchema))

/** Start and end of one run, in microseconds on the clock of `performance.now()`. */
export interface RunSpan {
  readonly start: number
  readonly end: number
}

/** The kernel, layer and pass that each node of the graph comes from. */
export type Origins = ReadonlyMap<string, Pick<ProfiledOperation, 'kernel' | 'layer' | 'pass'>>

const NODE = /^(?:fused )?(.*)_kernel_time$/

/**
 * @param text of the profile: the runs of one session, in order
 * @param spans the same runs as the caller saw them; later ones are not in the profile
 * @param origins by node name
 * @throws Error for a text of another form
 */
export function readRuntimeProfile (text: string, spans: readonly RunSpan[], origins: Origins): EngineProfile {
  const parsed: unknown = JSON.parse(text)
  if (!events.Check(parsed)) throw new Error('expected a profile as ONNX Runtime 1.30 writes it but found other fields')
  const sorted = parsed.toSorted((a, b) => a.ts - b.ts)
  const runs = sorted.filter(({ name }) => name === 'model_run')
  const nodes = sorted.filter(({ cat, name }) => cat === 'Node' && NODE.test(name))
  // The profiler's clock began at some other moment. Each run begins after its caller's call: the smallest shift for
  // which all do.
  const shift = Math.max(...runs.map(({ ts }, i) => spans[i]!.start - ts))
  return runs.map(({ ts, dur }, i): ProfiledRun => ({
    start: spans[i]!.start,
    duration: spans[i]!.end - spans[i]!.start,
    executionStart: ts + shift,
    executionDuration: dur,
    operations: nodes
      .filter(node => node.ts >= ts && node.ts < ts + dur)
      .map(node => operationOf(node, shift, origins)),
  }))
}

function operationOf (
  { name: event, ts, dur, args }: RuntimeEvent,
  shift: number,
  origins: Origins
): ProfiledOperation {
  const name = NODE.exec(event)![1]!
  const shapes = (types: Array<Record<string, number[]>> = []): Shape[] => types.flatMap(type => Object.values(type))
  return {
    name,
    operator: args.op_name ?? '',
    ...(origins.get(name) ?? { kernel: '', layer: '', pass: '' }),
    inputs: shapes(args.input_type_shape),
    outputs: shapes(args.output_type_shape),
    start: ts + shift,
    duration: dur,
  }
}
