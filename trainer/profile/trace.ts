import { operationsOf, type EngineProfile, type Shape } from './operation.js'
import type { Span } from './timeline.js'

/**
 * An event of the Trace Event Format that Chrome's tracing, Perfetto and speedscope read: `X` has a duration, `M` names
 * a thread.
 */
export interface TraceEvent {
  readonly name: string
  readonly cat: string
  readonly ph: 'X' | 'M'
  /** Microseconds. */
  readonly ts: number
  readonly dur?: number
  readonly pid: number
  readonly tid: number
  readonly args: Readonly<Record<string, string | number>>
}

const PROCESS = 1
const THREADS = { loop: 1, engine: 2, operations: 3 } as const

const describe = (shapes: readonly Shape[]): string => shapes.map(shape => `[${shape.join(', ')}]`).join(' ')

/** Three threads: the training loop, how its engine's runs are divided, and their operations. */
export function traceEvents (
  profile: EngineProfile,
  spans: readonly Span[]
): { traceEvents: TraceEvent[]; displayTimeUnit: 'ms' } {
  const starts = [...spans.map(({ start }) => start), ...profile.map(({ start }) => start)]
  const zero = starts.reduce((least, start) => Math.min(least, start), Infinity)
  const event = (
    thread: keyof typeof THREADS,
    name: string,
    cat: string,
    start: number,
    duration: number,
    args: TraceEvent['args'] = {}
  ): TraceEvent => ({
    name,
    cat,
    ph: 'X',
    ts: start - zero,
    dur: Math.max(0, duration),
    pid: PROCESS,
    tid: THREADS[thread],
    args,
  })
  const names = Object.entries({ loop: 'training loop', engine: 'engine', operations: 'operations' }).map(
    ([thread, name]): TraceEvent => ({
      name: 'thread_name',
      cat: '__metadata',
      ph: 'M',
      ts: 0,
      pid: PROCESS,
      tid: THREADS[thread as keyof typeof THREADS],
      args: { name },
    })
  )
  return {
    traceEvents: [
      {
        name: 'process_name',
        cat: '__metadata',
        ph: 'M',
        ts: 0,
        pid: PROCESS,
        tid: THREADS.loop,
        args: { name: 'partition-vae' },
      },
      ...names,
      ...spans.map(({ name, start, duration }) => event('loop', name, 'loop', start, duration)),
      ...profile.flatMap(({ start, duration, executionStart, executionDuration, ...run }, step) => [
        event('engine', 'copy in', 'copy', start, executionStart - start, { step }),
        event('engine', 'execute', 'run', executionStart, executionDuration, { step }),
        event(
          'engine',
          'copy out',
          'copy',
          executionStart + executionDuration,
          start + duration - executionStart - executionDuration,
          { step }
        ),
        ...operationsOf(run).map(({ name, operator, kernel, layer, pass, inputs, outputs, start, duration }) =>
          event(
            'operations',
            layer === '' ? operator : `${operator} ${layer}`,
            pass === '' ? 'operation' : pass,
            start,
            duration,
            { node: name, kernel, inputs: describe(inputs), outputs: describe(outputs) }
          )
        ),
      ]),
    ],
    displayTimeUnit: 'ms',
  }
}
