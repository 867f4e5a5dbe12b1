import { writePng } from './png.js'

/** Pixels without a file: 8 bit, of one image [height, width, channels] or of several [N, height, width, channels]. */
export interface Pixels {
  readonly shape: readonly number[]
  /** 1 to 4 channels: grey, grey with alpha, RGB, RGBA. */
  readonly data: Uint8Array | Uint8ClampedArray
}

/** Pixels as a canvas gives them: `ImageData`. */
export interface CanvasPixels {
  readonly width: number
  readonly height: number
  /** RGBA. */
  readonly data: Uint8ClampedArray
}

/**
 * An image: a file (PNG, JPEG or WebP) as a `File`, a `Blob` or its bytes (a `Buffer` is a `Uint8Array`), or pixels.
 */
export type ImageSource = Blob | Uint8Array | ArrayBuffer | Pixels | CanvasPixels
export type ImageSources = ImageSource | readonly ImageSource[]

function describe (value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? 'a string' : String(value)
  return `an object with ${Object.keys(value).slice(0, 4).join(', ') || 'nothing in it'}`
}

async function writePixels ({ shape, data }: Pixels): Promise<Blob[]> {
  const [count, height = 0, width = 0, channels = 0] = shape.length === 3 ? [1, ...shape] : shape
  const size = height * width * channels
  if (![3, 4].includes(shape.length) || ![1, 2, 3, 4].includes(channels) || size === 0 || !count) {
    throw new TypeError(
      `expected [height, width, channels] or [N, height, width, channels] for shape but received [${shape}]`
    )
  }
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray) || data.length !== count * size) {
    const received = data instanceof Uint8Array
      ? `${data.length} bytes`
      : `${data?.constructor.name} of ${data?.length}`
    throw new TypeError(`expected ${count * size} bytes for data, by shape [${shape}], but received ${received}`)
  }
  const images = Array.from({ length: count }, (_, n) => data.subarray(n * size, (n + 1) * size))
  return await Promise.all(images.map(image => writePng(image, height, width, channels)))
}

async function toFiles (source: ImageSource): Promise<Blob[]> {
  if (source instanceof Blob) return [source]
  if (source instanceof ArrayBuffer) return [new Blob([source])]
  if (source instanceof Uint8Array) return [new Blob([source as Uint8Array<ArrayBuffer>])]
  const { width, height, data, shape } = Object(source) as Partial<Pixels & CanvasPixels>
  if (data !== undefined && shape !== undefined) return await writePixels({ data, shape })
  if (data !== undefined && height !== undefined && width !== undefined) {
    return await writePixels({ data, shape: [height, width, 4] })
  }
  throw new TypeError(
    `expected a Blob, bytes, {shape, data} or ImageData for an image but received ${describe(source)}` +
    (typeof source === 'string' ? '; readImage of @partition-vae/client/node reads a path' : '')
  )
}

/** Makes files of images, in order. @throws TypeError for what is none */
export async function filesOf (sources: ImageSources): Promise<Blob[]> {
  const list = Array.isArray(sources) ? sources as readonly ImageSource[] : [sources as ImageSource]
  return (await Promise.all(list.map(toFiles))).flat()
}

/** Writes images as the form that the service takes. */
export function writeForm (body: object): FormData {
  const form = new FormData()
  for (const file of (body as { image: Blob[] }).image) form.append('image', file, 'image')
  return form
}
