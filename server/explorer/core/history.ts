/** States that one can go back to. Plain data: each function gives a new one. */
export interface History<T> {
  readonly past: readonly T[]
  readonly present: T
  readonly future: readonly T[]
  /** Where a gesture began that has not ended: all that it changes is one step. */
  readonly held?: { readonly start: T } | undefined
}

const LONGEST = 200

export const createHistory = <T>(present: T): History<T> => ({ past: [], present, future: [] })

/** Changes the present: a step of its own, or part of the gesture that is held. */
export function change<T> (history: History<T>, present: T): History<T> {
  if (present === history.present) return history
  if (history.held !== undefined) return { ...history, present, future: [] }
  return { past: [...history.past, history.present].slice(-LONGEST), present, future: [] }
}

/** Begins a gesture. */
export const hold = <T>(history: History<T>): History<T> =>
  history.held === undefined ? { ...history, held: { start: history.present } } : history

/** Ends a gesture: one step, if anything is different. */
export function release<T> ({ past, present, future, held }: History<T>): History<T> {
  if (held === undefined || held.start === present) return { past, present, future }
  return { past: [...past, held.start].slice(-LONGEST), present, future: [] }
}

/** Takes a gesture back as if it had not begun. */
export function cancel<T> ({ past, present, future, held }: History<T>): History<T> {
  return { past, present: held === undefined ? present : held.start, future }
}

/** Puts one state in the place of another wherever that has come to stand. */
export function replace<T> ({ past, present, future, held }: History<T>, one: T, other: T): History<T> {
  const put = (state: T) => state === one ? other : state
  const kept = { past: past.map(put), present: put(present), future: future.map(put) }
  return held === undefined ? kept : { ...kept, held: { start: put(held.start) } }
}

export function undo<T> (history: History<T>): History<T> {
  const { past, present, future } = release(history)
  const last = past.at(-1)
  return past.length === 0
    ? { past, present, future }
    : {
        past: past.slice(0, -1), present: last as T, future: [present, ...future],
      }
}

export function redo<T> (history: History<T>): History<T> {
  const { past, present, future } = release(history)
  return future.length === 0
    ? { past, present, future }
    : {
        past: [...past, present], present: future[0] as T, future: future.slice(1),
      }
}
