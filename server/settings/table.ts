import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Type, type TSchema } from '@partition-vae/models/typebox'

/** One setting of the service. */
export interface Setting {
  /** Its type, range, default and description. Text is converted as the type says: see coerceText. */
  readonly schema: TSchema
  /** Its place in the app's options (AppOptions), as a path. */
  readonly option?: string
  /** Turns its value into that of the option; default: left as it is. */
  readonly convert?: (value: never) => unknown
  /** With this value the option is left out. */
  readonly unset?: string | number
  /** Another setting, which must not be greater. */
  readonly atLeast?: string
  /** Whether it names a file or folder: relative ones start at the service's working directory. */
  readonly path?: boolean
  /** A default that depends on the machine, and how docs/settings.md states it. */
  readonly computed?: { readonly value: () => unknown, readonly stated: string }
}

const MIB = 2 ** 20
/** Origins as browsers send them, or `*`, between commas. */
const ORIGINS = '^( *(\\*|https?://[^/?#\\s,]+) *(,|$))*$'
/** IPv4 and IPv6 addresses and networks, or the names that stand for some, between commas. */
const PROXIES = '^(( *((\\d{1,3}\\.){3}\\d{1,3}(/\\d{1,2})?|[0-9a-fA-F:]*:[0-9a-fA-F:.]*(/\\d{1,3})?' +
  '|loopback|linklocal|uniquelocal) *(,|$))+)?$'
/** A base URL: the SDK appends the path of each signal. */
const COLLECTOR = '^(https?://[^\\s/?#]+[^\\s?#]*)?$'

const integer = (minimum: number, maximum: number, initial: number, description: string) => {
  return Type.Integer({ minimum, maximum, default: initial, description })
}
const bytes = (maximum: number, initial: number, description: string) => integer(1024, maximum, initial, description)
const count = (maximum: number, initial: number, description: string) => integer(1, maximum, initial, description)
const milliseconds = (initial: number, description: string) => integer(100, 3_600_000, initial, description)
const text = (description: string, pattern?: string) => {
  return Type.String({ ...pattern !== undefined && { pattern }, default: '', description })
}

/** `a, b` → [a, b]. */
function listOf (text: string): string[] {
  return text.split(',').map(element => element.trim()).filter(element => element !== '')
}

/** Finds the models that ship: beside the code of `@partition-vae/models`, be it TypeScript or built. */
export function shippedRepository (): string {
  const folder = dirname(fileURLToPath(import.meta.resolve('@partition-vae/models')))
  return join(basename(folder) === 'dist' ? dirname(folder) : folder, 'repository')
}

/**
 * Every setting of the service, by its environment variable, in the order of docs/settings.md. All else is derived from
 * here: the schema (config.ts), the app's options with their defaults (options.ts) and the page (`npm run
 * docs:settings`). Only docker-compose.yml lists them by hand, and rows without `option` are used in main.ts.
 */
export const SETTINGS = {
  PORT: { schema: integer(0, 65535, 8080, 'TCP port; 0 takes any free one') },
  HOST: {
    schema: Type.String({
      minLength: 1,
      default: 'localhost',
      description: 'Address to listen on. `localhost` is this machine only; `0.0.0.0` is every interface, as in a ' +
        'container',
    }),
  },
  PVAE_REPOSITORY: {
    schema: Type.String({
      minLength: 1, description: 'Folder of the model repository (default: the models that ship)',
    }),
    path: true,
    computed: { value: shippedRepository, stated: '`models/repository`' },
  },
  PVAE_EXECUTION_PROVIDER: {
    schema: Type.Enum(['auto', 'cpu', 'cuda'], {
      default: 'auto',
      description: '`cpu`; `cuda`: falls back to the CPU with a warning where CUDA is missing; `auto`: CUDA where it ' +
        'is installed, else the CPU',
    }),
  },
  PVAE_MODELS: {
    schema: text('What to serve, e.g. `mnist:1,mnist:3,faces`: a name alone is all of its versions. What is not ' +
      'there ends the start, unless `PVAE_WATCH` waits for it (default: every version of every model)'),
  },
  PVAE_WATCH: {
    schema: integer(0, 86400, 0, 'Look into the repository for changes every so many seconds; 0: only on SIGHUP'),
  },
  PVAE_INDEX_DIR: {
    schema: text('Folder of indexes that `pvae index` has written, to search in: each is for the model that encoded ' +
      'it, whatever its folder is called. One that is searched takes 4 bytes a unit and image of memory, which the ' +
      'number of workers counts with, and as many threads as there are workers. Default: none'),
    path: true,
  },
  PVAE_WORKERS: {
    schema: integer(0, 256, 0, 'Threads that decode and infer. 0: as many as there are cores, or as the container\'s ' +
      'CPU quota allows, and as few as its memory needs'),
  },
  PVAE_MAX_QUEUE: {
    schema: count(100_000, 512, 'Requests that may wait for a worker; what comes then is answered 503 at once. 512 ' +
      'is about half a second of small images on two cores'),
  },
  PVAE_ANSWER_BYTES: {
    schema: integer(0, 2 ** 40, 0, 'Bytes of traversals and maps of influence that are kept, the last used ones, for ' +
      'whoever asks for the same. Who asks while one is drawn gets it too, whatever this says'),
    option: 'answerBytes',
  },
  // Much longer than the slowest request takes of a service that is not overloaded.
  PVAE_REQUEST_TIMEOUT_MS: {
    schema: integer(1, 3_600_000, 30_000, 'Time to answer a request that has arrived, in milliseconds; then it is ' +
      '504, and what waits is not computed'),
    option: 'requestTimeout',
  },
  PVAE_DRAIN_DELAY_MS: {
    schema: integer(0, 600_000, 0, 'After SIGTERM, time to go on serving while not ready, for balancers that look at ' +
      'it, in milliseconds'),
  },
  // Each limit is a bound on memory or time, not a matter of taste.
  PVAE_MAX_IMAGE_BYTES: {
    schema: bytes(1024 * MIB, 16 * MIB, 'Bytes of one encoded image'),
    option: 'limits.imageBytes',
  },
  // Fastify's `bodyLimit` does not bound multipart bodies.
  PVAE_MAX_REQUEST_BYTES: {
    schema: bytes(1024 * MIB, 64 * MIB, 'Bytes of a multipart body, or of binary tensors'),
    option: 'limits.requestBytes',
    atLeast: 'PVAE_MAX_IMAGE_BYTES',
  },
  PVAE_MAX_JSON_BYTES: { schema: bytes(256 * MIB, 4 * MIB, 'Bytes of a JSON body'), option: 'limits.jsonBytes' },
  PVAE_MAX_HEADER_BYTES: {
    schema: bytes(MIB, 16 * 2 ** 10, 'Bytes of a request\'s line and headers, with the query'),
    option: 'limits.headerBytes',
  },
  PVAE_MAX_FILE_NAME_LENGTH: {
    schema: count(65_536, 1024, 'Characters of the file name of a multipart part; the name is not used'),
    option: 'limits.fileNameLength',
  },
  PVAE_MAX_IMAGES: { schema: count(4096, 64, 'Images in one request'), option: 'limits.imagesPerRequest' },
  PVAE_MAX_LATENTS: { schema: count(65_536, 256, 'Latents in one request'), option: 'limits.latentsPerRequest' },
  PVAE_MAX_INPUT_PIXELS: {
    schema: count(1e9, 40e6, 'Width × height of an image that comes in'),
    option: 'limits.inputPixels',
  },
  PVAE_MAX_INPUT_SIDE: { schema: count(65_535, 16384, 'Width, or height, of the same'), option: 'limits.inputSide' },
  PVAE_MAX_OUTPUT_PIXELS: {
    schema: count(1e9, 16e6, 'Width × height of a picture that goes out: for a grid, steps × rows × zoom² × those of ' +
      'the model'),
    option: 'limits.outputPixels',
  },
  PVAE_HEADERS_TIMEOUT_MS: {
    schema: milliseconds(10_000, 'Time for the headers of a request to arrive, in milliseconds; then the connection ' +
      'is closed'),
    option: 'timeouts.headers',
  },
  PVAE_ARRIVAL_TIMEOUT_MS: {
    schema: milliseconds(30_000, 'Time for a request to arrive with its body, in milliseconds; then the connection ' +
      'is closed'),
    option: 'timeouts.arrival',
    atLeast: 'PVAE_HEADERS_TIMEOUT_MS',
  },
  // The side that opens connections is to close them. Were it the service, a balancer might send a request into one
  // that has just been closed, and would answer 502. (Node counts the other two timeouts from a request's first byte,
  // so they may be shorter.)
  PVAE_KEEP_ALIVE_MS: {
    schema: milliseconds(72_000, 'Time that an idle connection is kept, in milliseconds: longer than the 60 s of ' +
      'common balancers, so that they close first'),
    option: 'timeouts.keepAlive',
  },
  PVAE_RATE_LIMIT: {
    schema: integer(0, 1e9, 0, 'Requests a minute from one client address; what comes then is answered 429. 0: no ' +
      'limit'),
    option: 'security.requestsPerMinute',
    unset: 0,
  },
  PVAE_API_KEYS_FILE: {
    schema: text('File of API keys, one a line of 16 to 512 characters without spaces, `#` for comments; read again ' +
      'when it changes. With it, requests need `Authorization: Bearer KEY` or `X-API-Key: KEY`, but for health and ' +
      'the pages. Default: no keys'),
    path: true,
    option: 'security.apiKeysFile',
    unset: '',
  },
  PVAE_METRICS_WITHOUT_KEY: {
    schema: Type.Boolean({
      default: false, description: 'Whether `/metrics` can be read without a key where keys are needed',
    }),
    option: 'security.metricsWithoutKey',
  },
  PVAE_CORS_ORIGINS: {
    schema: text('Origins whose pages may ask, between commas, e.g. `https://example.org`; `*` for any. Default: none',
      ORIGINS),
    option: 'security.corsOrigins',
    convert: listOf,
  },
  PVAE_TRUST_PROXY: {
    schema: text('Addresses or networks of the proxies whose `X-Forwarded-*` headers are believed, between commas; ' +
      '`loopback`, `linklocal` and `uniquelocal` are known. Default: none', PROXIES),
    option: 'trustProxy',
    unset: '',
  },
  LOG_LEVEL: {
    schema: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      default: 'info', description: 'Least severe line to log',
    }),
    option: 'logger.level',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: text('OpenTelemetry collector (OTLP over HTTP) that traces are sent to, e.g. `http://localhost:4318`. ' +
      'Default: no traces', COLLECTOR),
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    schema: text('Headers for the collector, e.g. `authorization=Bearer%20KEY`, between commas'),
  },
  OTEL_SERVICE_NAME: { schema: text('Name of this service in traces (default: partition-vae)') },
  OTEL_RESOURCE_ATTRIBUTES: {
    schema: text('What else traces say of this service, e.g. `deployment.environment.name=test`, between commas'),
  },
  OTEL_TRACES_SAMPLER: {
    schema: Type.Enum([
      'always_on', 'always_off', 'traceidratio',
      'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio',
    ], {
      default: 'parentbased_always_on',
      description: 'Which requests are traced. `parentbased_…`: as the caller\'s `traceparent` says, where it has one',
    }),
  },
  OTEL_TRACES_SAMPLER_ARG: {
    schema: Type.Number({
      minimum: 0, maximum: 1, default: 1, description: 'Share of requests that `…traceidratio` traces',
    }),
  },
} as const satisfies Readonly<Record<string, Setting>>

export type Settings = typeof SETTINGS
export type SettingName = keyof Settings

/** Every setting with its name: as the table says, but with what only some have. */
export const settings = Object.entries(SETTINGS) as ReadonlyArray<[SettingName, Setting]>
