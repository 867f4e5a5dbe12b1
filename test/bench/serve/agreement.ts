/** A race says nothing unless both sides do the same work: one answer of each is compared before it. */
import sharp from 'sharp'
import type { LoadRequest } from './load.js'
import type { Case } from './cases.js'

interface Answer { readonly status: number, readonly type: string, readonly body: Buffer }

async function ask (url: string, { method, path, headers, body }: LoadRequest): Promise<Answer> {
  const content = body === undefined ? {} : { body: Buffer.from(body, 'base64') }
  const response = await fetch(`${url}${path}`, { method, headers, ...content })
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: Buffer.from(await response.arrayBuffer()),
  }
}

function numbersIn (value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}

/** Every number of a JSON answer, or every sample of a picture's grey. */
async function contentOf ({ type, body }: Answer): Promise<number[]> {
  if (type.startsWith('application/json')) return numbersIn(JSON.parse(body.toString()))
  return [...await sharp(body).toColourspace('b-w').raw().toBuffer()]
}

/**
 * Returns the largest difference between the two sides' answers to the first request.
 * @throws Error where an answer is missing or has another shape
 */
export async function compareAnswers (ours: string, peer: string, compared: Case): Promise<number> {
  const { name, requests: [request] } = compared
  const answers = await Promise.all([ours, peer].map(url => ask(url, request!)))
  for (const [i, { status, body }] of answers.entries()) {
    const who = i === 0 ? 'ours' : 'the peer'
    if (status !== 200) throw new Error(`${name}: ${who} answered ${status}: ${body.toString().slice(0, 300)}`)
  }
  const [a, b] = await Promise.all(answers.map(contentOf))
  if (a!.length !== b!.length) throw new Error(`${name}: ours has ${a!.length} numbers, the peer ${b!.length}`)
  return a!.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b![i]!)), 0)
}
