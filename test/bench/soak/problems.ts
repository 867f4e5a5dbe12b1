/** What a service under load must not do, and how that is told. */
import { createClient, type Outcome } from './client.js'
import type { Kind } from './traffic.js'

/** By kind of request and what became of it. */
export type Faults = Map<string, { count: number, example: string }>

/** @returns undefined where the outcome is one that a request of this kind may have */
function faultOf ({ allowed }: Kind, outcome: Outcome): string | undefined {
  if (outcome.kind === 'aborted') return undefined
  if (outcome.kind === 'late') return 'no answer'
  if (outcome.kind === 'broken') return `broken: ${outcome.reason}`
  if (outcome.status === 503 || allowed(outcome.status)) return undefined
  return `${outcome.status} ${outcome.body.toString('utf8', 0, 300)}`
}

export function noteFault (faults: Faults, kind: Kind, outcome: Outcome, status: string): void {
  const fault = faultOf(kind, outcome)
  if (fault === undefined) return
  const key = `${kind.name}: ${status}`
  faults.set(key, { count: (faults.get(key)?.count ?? 0) + 1, example: fault })
}

export function describeFaults (faults: Faults): string[] {
  return [...faults].map(([key, { count, example }]) => `${count} × ${key}, such as ${example}`)
}

/** Lines of the log that tell of an error, or of what no log is for; an overloaded service may say that it is. */
export function complaintsOf (output: readonly string[]): string[] {
  return output.filter(line => {
    try {
      const { level, err } = JSON.parse(line)
      return level >= 50 && err?.statusCode !== 503
    } catch {
      return line.trim() !== ''
    }
  })
}

/** By the service's own metrics: a line of the log may be lost. NaN where it does not say. */
export async function countRestarts (url: string): Promise<number> {
  const client = createClient(url, { connections: 1, deadline: 60_000 })
  const outcome = await client.send({ method: 'GET', path: '/metrics' })
  client.close()
  if (outcome.kind !== 'answer') return NaN
  return Number(/^pvae_worker_restarts_total(?:\{[^}]*\})? (\d+)/m.exec(outcome.body.toString())?.[1] ?? NaN)
}
