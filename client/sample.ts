import { invalidAnswer } from './errors.js'
import type { operations } from './openapi.js'
import type { Answer } from './transport.js'

export type SampleHeader = operations['sample']['responses'][200]['content']['application/json']

/** Images of a model's data, encoded. N images, D units, K factors. */
export interface Sample {
  readonly header: SampleHeader
  /** Laid over the file, not copied. */
  readonly columns: {
    /** [N]: places in the data set. */
    readonly index: Uint32Array
    /** [N, D]: posterior means. */
    readonly mean: Float32Array
    /** [N]: of the reconstruction, averaged over an image's values. */
    readonly squaredError: Float32Array
    /** [D]: of the posteriors, averaged over the images. */
    readonly logVariance: Float32Array
    /** [N]: indices into `header.classes`. */
    readonly class?: Uint8Array
    /** [N, K]: `header.factors` names the columns. */
    readonly factor?: Float32Array
    readonly [other: string]: Uint8Array | Uint32Array | Float32Array | undefined
  }
  /** All images, small, in one picture: `thumbnailAt` finds one of them. */
  readonly sheet: Blob
}

const MAGIC = 'PVAESMP1'
const HEADER_AT = MAGIC.length + 4
const ARRAYS = { FP32: Float32Array, UINT32: Uint32Array, UINT8: Uint8Array }

const magicOf = (data: ArrayBuffer) => new TextDecoder().decode(data.slice(0, MAGIC.length))

/** Reads the answer that is a sample. */
export function readSample ({ data, response }: Answer<ArrayBuffer>): Sample {
  const magic = magicOf(data)
  if (magic !== MAGIC) throw invalidAnswer(`a sample that begins with ${MAGIC}`, JSON.stringify(magic), response)
  return parseSample(data)
}

/**
 * Reads the file of a sample, `sample.bin`: `PVAESMP1`, the header's length, the header as JSON, and the columns where
 * it says.
 * @throws TypeError for what is none
 */
export function parseSample (data: ArrayBuffer): Sample {
  const magic = magicOf(data)
  if (magic !== MAGIC) {
    throw new TypeError(`expected a sample that begins with ${MAGIC} but received ${JSON.stringify(magic)}`)
  }
  const length = new DataView(data).getUint32(MAGIC.length, true)
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, HEADER_AT, length))) as SampleHeader
  const columns = header.columns
    .filter(({ datatype }) => Object.hasOwn(ARRAYS, datatype))
    .map(({ name, datatype, offset, bytes }) => {
      const Values = ARRAYS[datatype]
      return [name, new Values(data, offset, bytes / Values.BYTES_PER_ELEMENT)]
    })
  const { type, offset, bytes } = header.sheet
  return {
    header,
    columns: Object.fromEntries(columns) as Sample['columns'],
    sheet: new Blob([new Uint8Array(data, offset, bytes)], { type }),
  }
}

/** Finds the thumbnail of the sample's image `i` in its sheet, in pixels. */
export function thumbnailAt (
  { sheet: { columns, width, height } }: Pick<SampleHeader, 'sheet'>,
  i: number
): { readonly x: number, readonly y: number, readonly width: number, readonly height: number } {
  return { x: (i % columns) * width, y: Math.floor(i / columns) * height, width, height }
}
