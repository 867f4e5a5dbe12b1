import { Type } from '@partition-vae/models/typebox'
import { FileSchema, ModelParamsSchema, VersionParamsSchema } from './common.js'

export const ReportSchema = Type.Object({
  files: Type.Array(Type.Object({
    path: Type.String({ description: 'Below `report/`' }),
    type: Type.String({ description: 'Media type' }),
    bytes: Type.Integer({ minimum: 0 }),
  }), { description: '`index.html` is the page, `metrics.json` the measures' }),
})

/** Media types by what a file's name ends with: those that reports have. */
const TYPES = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  webp: 'image/webp',
  jpg: 'image/jpeg',
} as const
const OTHER_TYPE = 'application/octet-stream'

/** Tells the media type of a file from the end of its name. */
export function typeOf (path: string): string {
  const ending = path.split('.').at(-1)!.toLowerCase()
  return Object.hasOwn(TYPES, ending) ? TYPES[ending as keyof typeof TYPES] : OTHER_TYPE
}

const file = Type.String({ description: 'Path below `report/`, as the list has it' })
/** The rest of the path is called `*` by the router, and `file` in the document. */
export const ReportFileParamsSchema = Type.Object({ ...ModelParamsSchema.properties, '*': file })
export const ReportFileVersionParamsSchema = Type.Object({ ...VersionParamsSchema.properties, '*': file })

/** A file of a report, for the route's schema. */
export function reportFileResponse (headers: object) {
  const types = [...Object.values(TYPES), OTHER_TYPE].map(type => type.split(';')[0]!)
  return {
    description: 'The file, as its name says. Pages may load pictures of the report, and nothing else; no scripts run',
    headers,
    content: Object.fromEntries(types.map(type => [type, { schema: FileSchema }])),
  }
}
