import { SampleHeaderSchema } from '@partition-vae/models'
import { Type } from '@partition-vae/models/typebox'
import { FileSchema } from './common.js'

/** The formats of a sample: the whole file, or its header. */
const SAMPLE_FORMATS = ['raw', 'json'] as const

export const SampleQuerySchema = Type.Object(
  {
    format: Type.Optional(
      Type.Enum([...SAMPLE_FORMATS], {
        description: 'Of the answer; wins over `Accept`. `raw` is `application/octet-stream`',
      })
    ),
  },
  { additionalProperties: false }
)

/** A sample, for the route's schema. */
export function sampleResponse (headers: object) {
  return {
    description:
      'By `format`, else by `Accept`, the file (8 bytes `PVAESMP1`, the length of the header as uint32, the header ' +
      'as JSON, and columns and sheet where the header says; little-endian), or only the header',
    headers,
    content: {
      'application/octet-stream': { schema: FileSchema },
      'application/json': { schema: SampleHeaderSchema },
    },
  }
}

/** A sheet of thumbnails, for the route's schema. */
export function sheetResponse (headers: object) {
  return {
    description: 'All images of the sample, small, row by row without gaps, as the header of the sample says',
    headers,
    content: { 'image/webp': { schema: FileSchema } },
  }
}
