import t from 'tap'
import {
  ERROR_STATUSES,
  errorFromMessage,
  errorToMessage,
  expected,
  ImageInvalidError,
} from '../../../server/foundation/errors.js'

t.test('codes and their statuses are an interface', async t => {
  t.strictSame(ERROR_STATUSES, {
    PVAE_INVALID_PARAMETER: 400,
    PVAE_INVALID_BODY: 400,
    PVAE_INVALID_LATENT: 400,
    PVAE_UNKNOWN_PARTITION: 400,
    PVAE_IMAGE_MISSING: 400,
    PVAE_IMAGE_INVALID: 400,
    PVAE_INVALID_MULTIPART: 400,
    PVAE_BAD_REQUEST: 400,
    PVAE_OUTPUT_TOO_LARGE: 400,
    PVAE_UNAUTHORIZED: 401,
    PVAE_ROUTE_NOT_FOUND: 404,
    PVAE_MODEL_NOT_FOUND: 404,
    PVAE_VERSION_NOT_FOUND: 404,
    PVAE_NO_LAYERS: 404,
    PVAE_NO_SAMPLE: 404,
    PVAE_NO_INDEX: 404,
    PVAE_REPORT_NOT_FOUND: 404,
    PVAE_METHOD_NOT_ALLOWED: 405,
    PVAE_NOT_ACCEPTABLE: 406,
    PVAE_REQUEST_TIMEOUT: 408,
    PVAE_INDEX_MISMATCH: 409,
    PVAE_IMAGE_TOO_LARGE: 413,
    PVAE_BODY_TOO_LARGE: 413,
    PVAE_TOO_MANY_IMAGES: 413,
    PVAE_IMAGE_UNSUPPORTED: 415,
    PVAE_UNSUPPORTED_MEDIA_TYPE: 415,
    PVAE_UNSUPPORTED_ENCODING: 415,
    PVAE_RATE_LIMITED: 429,
    PVAE_HEADERS_TOO_LARGE: 431,
    PVAE_CLIENT_GONE: 499,
    PVAE_INTERNAL: 500,
    PVAE_INFERENCE_FAILED: 500,
    PVAE_WORKER_CRASHED: 500,
    PVAE_INDEX_FAILED: 500,
    PVAE_OVERLOADED: 503,
    PVAE_SHUTTING_DOWN: 503,
    PVAE_TIMEOUT: 504,
  })
})

const fallback = { code: 'PVAE_INFERENCE_FAILED', message: 'The model could not be run' }

t.test('an error of ours crosses threads whole', async t => {
  const error = new ImageInvalidError(expected('a PNG', 'image[0]', '3 bytes with 100% %s'))
  const received = errorFromMessage(structuredClone(errorToMessage(error, fallback)))
  t.match(received, {
    code: 'PVAE_IMAGE_INVALID',
    statusCode: 400,
    message: 'expected a PNG for image[0] but received 3 bytes with 100% %s',
  })
  t.equal(received.cause, undefined)
})

t.test('a foreign error keeps its words for the log only', async t => {
  for (const foreign of [
    new Error('secret path'),
    Object.assign(new Error('secret path'), { code: 'ENOENT' }),
    'secret path',
  ]) {
    const received = errorFromMessage(structuredClone(errorToMessage(foreign, fallback)))
    t.match(received, {
      code: 'PVAE_INFERENCE_FAILED',
      statusCode: 500,
      message: 'The model could not be run',
      cause: { message: 'secret path' },
    })
  }
})

t.test('a code of the model repository survives', async t => {
  t.match(errorFromMessage({ code: 'PVAE_GOLDEN_INVALID', message: 'off' }), {
    code: 'PVAE_GOLDEN_INVALID',
    message: 'off',
    statusCode: 500,
  })
})
