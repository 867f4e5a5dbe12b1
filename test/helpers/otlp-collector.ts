/**
 * An OpenTelemetry collector for traces: OTLP over HTTP, its protobuf read by the wire format alone
 * (opentelemetry-proto, trace.proto).
 */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  /** 1: internal, 2: server. */
  readonly kind: number
  /** Nanoseconds since 1970. */
  readonly start: bigint
  readonly end: bigint
  readonly attributes: Readonly<Record<string, string | number>>
  /** 0: unset, 2: error. */
  readonly status: number
  readonly resource: Readonly<Record<string, string | number>>
}

type Field = bigint | Buffer

/** A message's fields by number: varints and fixed 64 bit as integers, all else as bytes. */
function readFields (message: Buffer): (field: number) => Field[] {
  const fields = new Map<number, Field[]>()
  let offset = 0
  function varint (): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(offset++)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  function bytes (length: number): Buffer {
    offset += length
    return message.subarray(offset - length, offset)
  }
  while (offset < message.length) {
    const tag = Number(varint())
    const read: Record<number, () => Field> = {
      0: varint,
      1: () => bytes(8).readBigUInt64LE(),
      2: () => bytes(Number(varint())),
      5: () => bytes(4),
    }
    fields.set(tag >> 3, [...fields.get(tag >> 3) ?? [], read[tag & 7]!()])
  }
  return field => fields.get(field) ?? []
}

const messages = (fields: Field[]) => fields.map(field => readFields(field as Buffer))
const text = ([field]: Field[]) => (field as Buffer | undefined)?.toString() ?? ''
const hex = ([field]: Field[]) => (field as Buffer | undefined)?.toString('hex') ?? ''
const integer = ([field]: Field[]) => Number(field ?? 0n)

function readAttributes (pairs: Field[]): CollectedSpan['attributes'] {
  return Object.fromEntries(messages(pairs).map(pair => {
    const value = readFields(pair(2)[0] as Buffer)
    const double = value(4)[0]
    return [
      text(pair(1)),
      value(1).length > 0
        ? text(value(1))
        : double === undefined
          ? integer(value(3))
          : Buffer.from(new BigUint64Array([double as bigint]).buffer).readDoubleLE(),
    ]
  }))
}

function readSpans (request: Buffer): CollectedSpan[] {
  return messages(readFields(request)(1)).flatMap(group => {
    const resource = readAttributes(messages(group(1))[0]!(1))
    return messages(group(2)).flatMap(scope => messages(scope(2)).map(span => ({
      traceId: hex(span(1)),
      spanId: hex(span(2)),
      parentSpanId: hex(span(4)),
      name: text(span(5)),
      kind: integer(span(6)),
      start: span(7)[0] as bigint,
      end: span(8)[0] as bigint,
      attributes: readAttributes(span(9)),
      status: span(15).length === 0 ? 0 : integer(messages(span(15))[0]!(3)),
      resource,
    })))
  })
}

export interface Collector {
  readonly url: string
  readonly spans: CollectedSpan[]
  readonly requests: Array<{ readonly path: string, readonly headers: IncomingHttpHeaders, readonly body: Buffer }>
  /** What it answers from now on; `silent`: nothing, ever. */
  behaviour: 'accept' | 'refuse' | 'silent'
}

export async function startCollector (t: { teardown (fn: () => unknown): void }): Promise<Collector> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    collector.requests.push({ path: request.url!, headers: request.headers, body })
    if (collector.behaviour === 'silent') return
    if (collector.behaviour === 'accept') collector.spans.push(...readSpans(body))
    response.writeHead(collector.behaviour === 'accept' ? 200 : 400).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    requests: [],
    behaviour: 'accept',
  }
  return collector
}
