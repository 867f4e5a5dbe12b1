import multipart from '@fastify/multipart'
import { readSize, sniffImage, type Size } from '@partition-vae/models/image'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  BodyTooLargeError,
  expected,
  ImageMissingError,
  ImageTooLargeError,
  ImageUnsupportedError,
  InvalidMultipartError,
  TooManyImagesError,
  UnsupportedMediaTypeError,
} from '../foundation/errors.js'
import type { Limits } from '../settings/limits.js'
import { nameForeignFormat } from './foreign-formats.js'
import { skipBodyValidation } from './validation.js'

/**
 * The content types that a raw body may have. The subtype is only a claim, and clients and proxies make up more than
 * there are: the bytes decide.
 */
const RAW_TYPES = [/^image\//i, /^(application|binary)\/octet-stream\b/i]
/** The one name of a file part. */
const PART = 'image'

/** In this scope a request's body is images: multipart/form-data, or one raw body. */
export async function acceptImages (
  app: FastifyInstance,
  { imageBytes, imagesPerRequest, requestBytes }: Limits
): Promise<void> {
  skipBodyValidation(app)
  app.removeContentTypeParser(['application/json', 'text/plain'])
  const keep = (_request: FastifyRequest, body: Buffer, done: (error: null, body: Buffer) => void) => done(null, body)
  for (const type of RAW_TYPES) app.addContentTypeParser(type, { parseAs: 'buffer' }, keep)
  // A body that says nothing of itself may be looked at too (RFC 9110, 8.3); one that says that it is no image is
  // believed.
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: Buffer) => void) => {
      const type = request.headers['content-type']
      if (type === undefined) done(null, body)
      else {
        done(
          new UnsupportedMediaTypeError(
            expected('multipart/form-data, image/… or application/octet-stream', 'Content-Type', JSON.stringify(type))
          )
        )
      }
    }
  )
  // One file more than is allowed gets through, so that it can be refused: the parser itself would drop it without a
  // word.
  const files = imagesPerRequest + 1
  await app.register(multipart, {
    throwFileSizeLimit: false,
    // A file name is not mandatory (RFC 7578, 4.2).
    isPartAFile: (name, type, fileName) =>
      name === PART || fileName !== undefined || type === 'application/octet-stream',
    limits: {
      files,
      fields: 16,
      parts: files + 16,
      fileSize: imageBytes,
      fieldSize: 1024,
      fieldNameSize: 100,
      headerPairs: 32,
    },
  })
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const length = Number(request.headers['content-length'] ?? 0)
    if (length > requestBytes) done(tooLarge(requestBytes, `${length} bytes`))
    else done(null, payload)
  })
}

function tooLarge (limit: number, received: string): Error {
  return new BodyTooLargeError(expected(`at most ${limit} bytes`, 'the body', received))
}

/**
 * The images of a request, in the order sent: PNG, JPEG or WebP by their signatures, whole as far as HTTP can tell.
 * @throws PVAE_IMAGE_MISSING, PVAE_IMAGE_UNSUPPORTED, PVAE_INVALID_MULTIPART, PVAE_BODY_TOO_LARGE,
 * PVAE_TOO_MANY_IMAGES, PVAE_IMAGE_TOO_LARGE
 */
export async function readImages (request: FastifyRequest, limits: Limits): Promise<Uint8Array[]> {
  const images = request.isMultipart() ? await readParts(request, limits) : readRaw(request)
  for (const [i, bytes] of images.entries()) {
    const name = `${PART}[${i}]`
    if (bytes.length === 0) throw new ImageMissingError(expected('PNG, JPEG or WebP', name, '0 bytes'))
    const format = sniffImage(bytes)
    if (format === undefined) {
      throw new ImageUnsupportedError(
        expected('PNG, JPEG or WebP', name, nameForeignFormat(bytes) ?? 'bytes that are none of these')
      )
    }
    checkSize(readSize(bytes, format), limits, name)
  }
  if (images.length === 0) {
    throw new ImageMissingError(expected(`at least one file part named ${PART}`, 'the body', 'none'))
  }
  return images
}

/** A header that does not read is the decoder's business. */
function checkSize (size: Size | undefined, { inputPixels, inputSide }: Limits, name: string): void {
  if (
    size === undefined ||
    (size.width * size.height <= inputPixels && size.width <= inputSide && size.height <= inputSide)
  ) {
    return
  }
  throw new ImageTooLargeError(
    expected(
      `at most ${inputPixels} pixels (width × height) and ${inputSide} a side`,
      name,
      `${size.width} × ${size.height}`
    )
  )
}

function readRaw ({ body, headers }: FastifyRequest): Uint8Array[] {
  if (body instanceof Uint8Array) return [body]
  if (headers['content-type'] !== undefined) {
    throw new UnsupportedMediaTypeError(expected('an image', 'Content-Type', JSON.stringify(headers['content-type'])))
  }
  throw new ImageMissingError(expected('multipart/form-data or an image', 'the body', 'nothing'))
}

/** Reads every part to its end even after a fault: a part that nobody reads keeps the connection waiting for ever. */
async function readParts (
  request: FastifyRequest,
  { imageBytes, fileNameLength, imagesPerRequest, requestBytes }: Limits
): Promise<Uint8Array[]> {
  const images: Uint8Array[] = []
  let total = 0
  let fault: Error | undefined
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') {
        fault ??= new InvalidMultipartError(
          expected(`only file parts named ${PART}`, 'the body', `a field named ${JSON.stringify(part.fieldname)}`)
        )
        continue
      }
      const nameLength = part.filename?.length ?? 0
      if (nameLength > fileNameLength) {
        fault ??= new InvalidMultipartError(
          expected(
            `at most ${fileNameLength} characters`,
            `the file name of ${PART}[${images.length}]`,
            String(nameLength)
          )
        )
      } else if (part.fieldname !== PART) {
        fault ??= new InvalidMultipartError(
          expected(`the name ${PART}`, 'a file part', JSON.stringify(part.fieldname))
        )
      } else if (images.length === imagesPerRequest) {
        fault ??= tooManyImages(imagesPerRequest)
      }
      const chunks: Buffer[] = []
      for await (const chunk of part.file as AsyncIterable<Buffer>) {
        total += chunk.length
        // The one thing not to read to its end.
        if (total > requestBytes) throw tooLarge(requestBytes, 'more')
        if (fault === undefined) chunks.push(chunk)
      }
      if (part.file.truncated) {
        fault ??= new BodyTooLargeError(expected(`at most ${imageBytes} bytes`, `${PART}[${images.length}]`, 'more'))
      }
      if (fault === undefined) images.push(Buffer.concat(chunks))
    }
  } catch (error) {
    fault ??= describeParserError(error as Error & { code?: string }, imagesPerRequest)
  }
  if (fault !== undefined) throw fault
  return images
}

function tooManyImages (limit: number): Error {
  return new TooManyImagesError(expected(`at most ${limit} images`, 'the body', 'more'))
}

function describeParserError (error: Error & { code?: string }, imagesPerRequest: number): Error {
  const { code = '', message } = error
  if (code.startsWith('PVAE_')) return error
  if (code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT') return tooManyImages(imagesPerRequest)
  return new InvalidMultipartError(`The multipart body can not be read: ${message}`)
}
