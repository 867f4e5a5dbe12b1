import { Type } from '@partition-vae/models/typebox'
import { FileSchema } from './common.js'

/** The formats of an answer that is one picture. */
const PICTURE_FORMATS = ['png', 'webp'] as const
/** The formats of an answer that is one picture, a data URL for each image, or all of their pixels. */
export const FILES_FORMATS = [...PICTURE_FORMATS, 'json', 'raw'] as const
export type FilesFormat = typeof FILES_FORMATS[number]

export const PictureFormatSchema = Type.Optional(
  Type.Enum([...PICTURE_FORMATS], { description: 'Of the answer; wins over `Accept`' })
)
/** Of an answer that is one picture, or its numbers. */
export const TensorFormatSchema = Type.Optional(
  Type.Enum([...PICTURE_FORMATS, 'raw'], {
    description: 'Of the answer; wins over `Accept`. `raw` is `application/octet-stream`',
  })
)
export const FilesFormatSchema = Type.Optional(
  Type.Enum([...FILES_FORMATS], {
    description: 'Of the answer; wins over `Accept`. `raw` is `application/octet-stream`',
  })
)
export const ZoomSchema = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 8, description: 'Nearest (default: small images become at least 56 pixels)' })
)
export const LabelsSchema = Type.Boolean({
  default: true,
  description:
    "Partition names beside the pictures (a partition's label where the card has one), and the values of a " +
      'traversal above its columns',
})

export const FilesQuerySchema = Type.Object({ format: FilesFormatSchema }, { additionalProperties: false })

const ImagesResponseSchema = Type.Object({
  images: Type.Array(Type.String({ description: 'PNG as a data URL' })),
})

/** One picture, for a route's schema. */
export function pictureResponse (description: string, headers?: object) {
  return {
    description: `${description}; PNG or WebP by \`format\`, else by \`Accept\``,
    ...headers && { headers },
    content: { 'image/png': { schema: FileSchema }, 'image/webp': { schema: FileSchema } },
  }
}

/** The headers of an answer that is one binary tensor, for a route's schema. */
export const TENSOR_HEADERS = {
  'tensor-datatype': {
    type: 'string',
    enum: ['UINT8', 'FP32'],
    description: 'Of a binary answer, as the Open Inference Protocol calls it; FP32 is little-endian',
  },
  'tensor-shape': {
    type: 'string',
    description: 'Of a binary answer: lengths between commas, outermost first, e.g. `1,48,64,3`',
  },
} as const

/** One picture, data URLs or pixels, for a route's schema. */
export function filesResponse (description: string) {
  return {
    description: `${description}: by \`format\`, else by \`Accept\`, one picture with all side by side (PNG by ` +
      'default, or WebP), JSON with a data URL for each, or the bare pixels of all, UINT8 [N, height, width, ' +
      'channels], without the cost of a picture file',
    headers: TENSOR_HEADERS,
    content: {
      'image/png': { schema: FileSchema },
      'image/webp': { schema: FileSchema },
      'application/json': { schema: ImagesResponseSchema },
      'application/octet-stream': { schema: FileSchema },
    },
  }
}
