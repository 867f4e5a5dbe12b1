import type { RunContext, RunObserver } from '../../../trainer/run/observer.js'

type Told = Required<RunObserver>
/** A method's name and what it was given. */
export type RunEvent = { [Name in keyof Told]: readonly [name: Name, ...data: Parameters<Told[Name]>] }[keyof Told]

export interface Recording {
  readonly context: RunContext
  readonly events: readonly RunEvent[]
  /** Gives the names of all events, those that repeat one after the other once. */
  names (): Array<keyof Told>
  /** Gives what each call of a method was given. */
  of<Name extends keyof Told> (name: Name): Array<Parameters<Told[Name]>[0]>
}

/** Notes all that a run tells: plain data, and no word of it on any stream. */
export function record (
  { signal = new AbortController().signal, onEvent = (_: RunEvent) => {} }: {
    signal?: AbortSignal
    onEvent?: (event: RunEvent) => void
  } = {}
): Recording {
  const events: RunEvent[] = []
  // Whatever method is looked up is there.
  const observer = new Proxy({}, {
    get: (_, name) => (...data: unknown[]) => {
      const event = [name, ...data] as unknown as RunEvent
      events.push(event)
      onEvent(event)
    },
  })
  return {
    context: { observer, signal },
    events,
    names: () => events.map(([name]) => name).filter((name, i, names) => name !== names[i - 1]),
    of: name => events.filter(event => event[0] === name).map(([, data]) => data as never),
  }
}
