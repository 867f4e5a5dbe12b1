import {
  defaultZoom,
  measureGrid,
  pixelCount,
  type Card,
  type GridOptions,
  type ImageShape,
} from '@partition-vae/models'
import type { FastifyReply } from 'fastify'
import { expected, OutputTooLargeError } from '../foundation/errors.js'
import type { OutputFormat } from '../image/codec.js'
import type { ImageOutput } from '../inference/tasks.js'
import type { Limits } from '../settings/limits.js'
import { negotiate } from '../foundation/negotiate.js'
import type { FilesFormat } from '../schemas/pictures.js'

/** By `format`, in the order of preference where a client has none. */
const PICTURES = { png: 'image/png', webp: 'image/webp' } as const
const FILES = { ...PICTURES, json: 'application/json', raw: 'application/octet-stream' } as const
type FilesType = typeof FILES[FilesFormat]

const OUTPUTS: Readonly<Record<FilesType, ImageOutput>> = {
  'image/png': { arrangement: 'strip', format: 'png' },
  'image/webp': { arrangement: 'strip', format: 'webp' },
  'application/json': { arrangement: 'separate', format: 'png' },
  'application/octet-stream': { arrangement: 'raw', format: 'png' },
}

interface Asked<F> {
  readonly headers: { readonly accept?: string | undefined }
  readonly query: { readonly format?: F | undefined }
}

/** One picture, by the query's `format`, else by `Accept`. @throws PVAE_NOT_ACCEPTABLE */
export function choosePicture ({ headers, query }: Asked<OutputFormat>): OutputFormat {
  return query.format ?? (negotiate(headers.accept, Object.values(PICTURES)) === PICTURES.webp ? 'webp' : 'png')
}

/** One picture, or its numbers, by the query's `format`, else by `Accept`. @throws PVAE_NOT_ACCEPTABLE */
export function choosePictureOrRaw ({ headers, query }: Asked<OutputFormat | 'raw'>): OutputFormat | 'raw' {
  if (query.format !== undefined) return query.format
  const type = negotiate(headers.accept, [...Object.values(PICTURES), FILES.raw])
  return type === FILES.raw ? 'raw' : type === PICTURES.webp ? 'webp' : 'png'
}

/** One picture, data URLs or pixels, by the query's `format`, else by `Accept`. @throws PVAE_NOT_ACCEPTABLE */
export function chooseFiles ({ headers, query }: Asked<FilesFormat>): { type: FilesType, output: ImageOutput } {
  const type = query.format === undefined ? negotiate(headers.accept, Object.values(FILES)) : FILES[query.format]
  return { type, output: OUTPUTS[type] }
}

/** @throws PVAE_OUTPUT_TOO_LARGE */
export function checkOutput (pixels: number, { outputPixels }: Limits): void {
  if (pixels <= outputPixels) return
  throw new OutputTooLargeError(
    expected(
      `at most ${outputPixels} pixels`,
      'the picture',
      `a request for ${pixels}; ask for fewer images, steps, partitions or less zoom`
    )
  )
}

/**
 * A grid of `count` tiles, before any of them is computed. @throws PVAE_OUTPUT_TOO_LARGE; ModelError
 * PVAE_INVALID_PARAMETER
 */
export function checkGrid (
  count: number,
  { image }: Card,
  options: GridOptions & { zoom: number },
  limits: Limits
): void {
  const { height, width } = measureGrid(count, image, options)
  checkOutput(height * width, limits)
}

/**
 * Latents that are made here, `count` of D numbers: they are bounded as those that come in are, by bytes. @throws
 * PVAE_OUTPUT_TOO_LARGE
 */
export function checkLatents (count: number, { latentSize }: Card, { requestBytes }: Limits): void {
  const most = Math.floor(requestBytes / Float32Array.BYTES_PER_ELEMENT / latentSize)
  if (count > most) {
    throw new OutputTooLargeError(
      expected(`at most ${most} latents`, 'the picture', `a request for ${count}; ask for fewer steps or partitions`)
    )
  }
}

export function zoomOf ({ image }: Card, { zoom }: { readonly zoom?: number | undefined }): number {
  return zoom ?? defaultZoom(image)
}

/** Wraps the bytes that a worker wrote, without a copy. */
export function toBuffer ({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length)
}

/** Writes a PNG as a data URL. */
export function toDataUrl (file: Uint8Array): string {
  return `data:image/png;base64,${toBuffer(file).toString('base64')}`
}

/** Says of an answer that is one binary tensor what is in it. @param shape outermost first */
export function describeTensor (reply: FastifyReply, datatype: 'UINT8' | 'FP32', shape: readonly number[]): void {
  reply.header('tensor-datatype', datatype).header('tensor-shape', shape.join(','))
}

/**
 * Answers with one picture, data URLs, or pixels.
 * @param shape of one image
 */
export function sendFiles (
  reply: FastifyReply,
  type: FilesType,
  files: readonly Uint8Array[],
  shape: ImageShape
): FastifyReply {
  reply.header('vary', 'accept').type(type)
  if (type === 'application/json') return reply.send({ images: files.map(toDataUrl) })
  const [body] = files as readonly [Uint8Array]
  if (type === 'application/octet-stream') {
    const { height, width, channels } = shape
    describeTensor(reply, 'UINT8', [body.length / pixelCount(shape), height, width, channels])
  }
  return reply.send(toBuffer(body))
}
