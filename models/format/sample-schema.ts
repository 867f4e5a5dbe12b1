/** The header of a sample: `sample.bin`. */
import { Type, type Static } from '../foundation/typebox.js'

const SAMPLE_SCHEMA_VERSION = 1
/** Bytes before the header: what the file is, as ASCII. */
export const SAMPLE_MAGIC = 'PVAESMP1'
/** Columns begin at multiples of this many bytes, so that typed arrays can be laid over them. */
export const SAMPLE_ALIGNMENT = 8

export const SAMPLE_DATATYPES = ['FP32', 'UINT32', 'UINT8'] as const

const place = {
  offset: Type.Integer({ minimum: 0, multipleOf: SAMPLE_ALIGNMENT, description: 'From the start of the file' }),
  bytes: Type.Integer({ minimum: 1 }),
}

const ColumnSchema = Type.Object({
  name: Type.String({ minLength: 1 }),
  datatype: Type.Enum([...SAMPLE_DATATYPES], { description: 'Little-endian' }),
  shape: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, description: 'Rows first' }),
  ...place,
})

export const SampleHeaderSchema = Type.Object({
  schemaVersion: Type.Literal(SAMPLE_SCHEMA_VERSION),
  count: Type.Integer({ minimum: 1, description: 'Images, N' }),
  data: Type.Object({
    name: Type.String({ description: 'The data set, and which part of it' }),
    fingerprint: Type.String({ description: 'Of the data set, as the card has it' }),
    count: Type.Integer({ minimum: 1, description: 'Images of the data set' }),
  }),
  classes: Type.Optional(Type.Array(Type.String(), { description: 'Names of the classes: class[i] is an index' })),
  factors: Type.Optional(Type.Array(Type.String(), { minItems: 1, description: 'Names of the columns of factor' })),
  columns: Type.Array(ColumnSchema, {
    minItems: 1,
    description:
      '`index` UINT32 [N], in the data set; `mean` FP32 [N, D], posterior means; `squaredError` FP32 [N], of the ' +
        'reconstruction, averaged over its values; `logVariance` FP32 [D], of the posteriors, averaged over the ' +
        'images; where known `class` UINT8 [N] and `factor` FP32 [N, K]',
  }),
  sheet: Type.Object(
    {
      type: Type.Literal('image/webp'),
      columns: Type.Integer({ minimum: 1, description: 'Thumbnails in a row' }),
      width: Type.Integer({ minimum: 1, description: 'Of a thumbnail, in pixels' }),
      height: Type.Integer({ minimum: 1, description: 'Of a thumbnail, in pixels' }),
      ...place,
    },
    { description: 'A picture of all images, small, row by row without gaps' }
  ),
})
export type SampleHeader = Static<typeof SampleHeaderSchema>
export type SampleColumn = SampleHeader['columns'][number]
export type SampleDatatype = SampleColumn['datatype']
