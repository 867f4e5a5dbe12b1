import { Type, type Static } from '@partition-vae/models/typebox'
import { FileSchema } from './common.js'

/** The body of every error under /v2. */
export const ProtocolErrorSchema = Type.Object({
  error: Type.String({ description: 'For people: the field, what was expected and what was received' }),
}, { $id: 'ProtocolError' })

/** The error responses of a route under /v2, for its schema. */
export function protocolErrors (...statuses: number[]): Record<number, { $ref: string }> {
  return Object.fromEntries(statuses.map(status => [status, { $ref: 'ProtocolError#' }]))
}

export const GraphParamsSchema = Type.Object({
  model: Type.String({
    description: '`<model name>-encoder`, `<model name>-decoder`, or of models that draw their partitions apart also ' +
      '`<model name>-layers`',
  }),
})
export const GraphVersionParamsSchema = Type.Object({
  ...GraphParamsSchema.properties,
  version: Type.Integer({ minimum: 1, description: 'Version' }),
})

export const ServerMetadataSchema = Type.Object({
  name: Type.String(),
  version: Type.String(),
  extensions: Type.Array(Type.String()),
})

const TensorMetadataSchema = Type.Object({
  name: Type.String(),
  datatype: Type.Literal('FP32'),
  shape: Type.Array(Type.Integer(), { description: '-1: any number of rows' }),
})
export const ModelMetadataSchema = Type.Object({
  name: Type.String(),
  versions: Type.Array(Type.String(), { description: 'All that are served, ascending' }),
  platform: Type.Literal('onnxruntime_onnx'),
  inputs: Type.Array(TensorMetadataSchema),
  outputs: Type.Array(TensorMetadataSchema),
})
export type ModelMetadata = Static<typeof ModelMetadataSchema>

export const ModelReadySchema = Type.Object({ name: Type.String(), ready: Type.Boolean() })

const ParametersSchema = Type.Record(Type.String(), Type.Unknown())
const ShapeSchema = Type.Array(Type.Integer({ minimum: 0 }), { description: 'Rows first' })
const DataDescription = 'float32, row by row: flat, or nested as `shape` says. Left out where the tensor is binary'

const InputSchema = Type.Object({
  name: Type.String(),
  shape: ShapeSchema,
  datatype: Type.String({ description: 'FP32' }),
  parameters: Type.Optional(
    Type.Object({
      binary_data_size: Type.Optional(
        Type.Integer({
          minimum: 0,
          description: 'Bytes of this tensor after the JSON: little-endian, in the order of the inputs',
        })
      ),
    })
  ),
  // Not checked by schema: numbers by the hundred thousand are read by hand, once.
  data: Type.Optional(Type.Unknown({ description: DataDescription })),
})

const RequestedOutputSchema = Type.Object({
  name: Type.String(),
  parameters: Type.Optional(
    Type.Object({ binary_data: Type.Optional(Type.Boolean({ description: 'Wins over `binary_data_output`' })) })
  ),
})

/** Optional fields may be null too: that counts as absent, and is dropped before the schema is asked. */
export const InferRequestSchema = Type.Object({
  id: Type.Optional(
    Type.String({
      maxLength: 1024,
      description: 'Comes back with the answer. Here and in every optional field null counts as absent',
    })
  ),
  parameters: Type.Optional(
    Type.Object({ binary_data_output: Type.Optional(Type.Boolean({ description: 'All outputs as binary' })) })
  ),
  inputs: Type.Array(InputSchema, { minItems: 1 }),
  outputs: Type.Optional(Type.Array(RequestedOutputSchema, { description: 'Default: all' })),
})
export type InferRequest = Static<typeof InferRequestSchema>

/** For the document only: to serialize hundreds of thousands of numbers by a schema takes twice as long as without. */
export const InferResponseSchema = Type.Object({
  model_name: Type.String(),
  model_version: Type.String(),
  id: Type.Optional(Type.String()),
  outputs: Type.Array(Type.Object({
    name: Type.String(),
    datatype: Type.Literal('FP32'),
    shape: ShapeSchema,
    parameters: Type.Optional(ParametersSchema),
    data: Type.Optional(Type.Array(Type.Number(), { description: 'Flat; left out where the tensor is binary' })),
  })),
})
export type InferResponse = Static<typeof InferResponseSchema>

export const InferBodySchema = {
  content: {
    'application/json': { schema: InferRequestSchema },
    'application/octet-stream': {
      schema: {
        ...FileSchema,
        description:
          'The JSON, as long as `Inference-Header-Content-Length` says, and then binary tensors. 0: only the tensor',
      },
    },
  },
}

export const InferHeadersSchema = Type.Object({
  'inference-header-content-length': Type.Optional(
    Type.String({
      description: 'Bytes of the JSON before binary tensors. 0: there is only the tensor, all rows of it',
    })
  ),
})

export const INFER_ANSWER = {
  description:
    'JSON, or where an output was asked for as binary, JSON and then the binary tensors in the order of the outputs',
  headers: {
    'inference-header-content-length': {
      type: 'integer',
      description: 'Bytes of the JSON, where binary tensors follow',
    },
  },
  content: {
    'application/json': { schema: InferResponseSchema },
    'application/octet-stream': { schema: FileSchema },
  },
} as const
