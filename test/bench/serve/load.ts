/**
 * The load generator, a process of its own so that its work is not counted as anyone's. Reads one job a line, and
 * writes one line for each with what it saw.
 */
import { createInterface } from 'node:readline'
import autocannon from 'autocannon'

/** One request of a job; the connections go through all of them in turn. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Base64. */
  readonly body?: string
}

export interface LoadJob {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  readonly requests: readonly LoadRequest[]
}

export interface LoadResult {
  /** Answered with 2xx. */
  readonly answered: number
  /** Answered otherwise, not at all, or too late. */
  readonly failed: number
  readonly seconds: number
  /** Of every answer with 2xx, milliseconds. */
  readonly p50: number
  readonly p99: number
}

async function run ({ url, connections, seconds, requests }: LoadJob): Promise<LoadResult> {
  // autocannon's own histogram counts whole milliseconds: too coarse for one connection.
  const times: number[] = []
  const sent = requests.map(({ method, path, headers, body }) =>
    ({ method, path, headers, ...body !== undefined && { body: Buffer.from(body, 'base64') } }))
  let connected = 0
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon({
      url,
      connections,
      duration: seconds,
      // Each connection begins elsewhere: else all would ask the same at the same time.
      setupClient (client) {
        const first = Math.floor(connected++ * sent.length / connections)
        client.setRequests([...sent.slice(first), ...sent.slice(0, first)])
      },
    }, (error: Error | null, result) => {
      if (error) reject(error)
      else resolve(result)
    })
    instance.on('response', (_client, status, _bytes, time) => { if (status < 300) times.push(time) })
  })
  times.sort((a, b) => a - b)
  const percentile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Infinity
  return {
    answered: result['2xx'],
    failed: result.non2xx + result.errors,
    seconds: result.duration,
    p50: percentile(0.5),
    p99: percentile(0.99),
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await run(JSON.parse(line) as LoadJob)))
}
