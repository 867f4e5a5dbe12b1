import { availableParallelism } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mismatch } from '@partition-vae/models'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { DEFAULT_LIMITS, DEFAULT_QUEUE, DEFAULT_REQUEST_TIMEOUT, DEFAULT_TIMEOUTS } from './limits.js'
import { allMismatches, coerceText, statedDefaults } from '../foundation/schema-check.js'

const MIB = 2 ** 20
/** Origins as browsers send them, or `*`, between commas. */
const ORIGINS = '^( *(\\*|https?://[^/?#\\s,]+) *(,|$))*$'
/** IPv4 and IPv6 addresses and networks, or the names that stand for some, between commas. */
const PROXIES = '^(( *((\\d{1,3}\\.){3}\\d{1,3}(/\\d{1,2})?|[0-9a-fA-F:]*:[0-9a-fA-F:.]*(/\\d{1,3})?|loopback|linklocal|uniquelocal) *(,|$))+)?$'
/** A base URL: the SDK appends the path of each signal. */
const COLLECTOR = '^(https?://[^\\s/?#]+[^\\s?#]*)?$'

const bytes = (initial: number, maximum: number, description: string) => Type.Integer({ minimum: 1024, maximum, default: initial, description })
const count = (initial: number, maximum: number, description: string) => Type.Integer({ minimum: 1, maximum, default: initial, description })
const milliseconds = (initial: number, description: string) => Type.Integer({ minimum: 100, maximum: 3_600_000, default: initial, description })

/** Every setting of the service: one environment variable each. */
export const ConfigSchema = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 8080, description: 'TCP port; 0 takes any free one' }),
  HOST: Type.String({
    minLength: 1,
    default: 'localhost',
    description: 'Address to listen on. `localhost` is this machine only; `0.0.0.0` is every interface, as in a container',
  }),
  PVAE_REPOSITORY: Type.String({ minLength: 1, description: 'Folder of the model repository (default: the models that ship)' }),
  PVAE_EXECUTION_PROVIDER: Type.Enum(['auto', 'cpu', 'cuda'], {
    default: 'auto',
    description: '`cpu`; `cuda`: falls back to the CPU with a warning where CUDA is missing; `auto`: CUDA where it is installed, else the CPU',
  }),
  PVAE_MODELS: Type.String({
    default: '',
    description: 'What to serve, e.g. `mnist:1,mnist:3,faces`: a name alone is all of its versions. What is not there ends the start, unless `PVAE_WATCH` waits for it ' +
      '(default: every version of every model)',
  }),
  PVAE_WATCH: Type.Integer({
    minimum: 0, maximum: 86400, default: 0, description: 'Look into the repository for changes every so many seconds; 0: only on SIGHUP',
  }),
  PVAE_WORKERS: Type.Integer({ minimum: 1, maximum: 256, description: 'Threads that decode and infer (default: cores − 1, at least 1)' }),
  PVAE_MAX_QUEUE: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: DEFAULT_QUEUE.jobs,
    description: 'Requests that may wait for a worker; what comes then is answered 503 at once. 512 is about half a second of small images on two cores',
  }),
  PVAE_REQUEST_TIMEOUT_MS: Type.Integer({
    minimum: 1, maximum: 3_600_000, default: DEFAULT_REQUEST_TIMEOUT, description: 'Time to answer a request that has arrived, in milliseconds; then it is 504, and what waits is not computed',
  }),
  PVAE_DRAIN_DELAY_MS: Type.Integer({
    minimum: 0, maximum: 600_000, default: 0, description: 'After SIGTERM, time to go on serving while not ready, for balancers that look at it, in milliseconds',
  }),
  PVAE_MAX_IMAGE_BYTES: bytes(DEFAULT_LIMITS.imageBytes, 1024 * MIB, 'Bytes of one encoded image'),
  PVAE_MAX_REQUEST_BYTES: bytes(DEFAULT_LIMITS.requestBytes, 1024 * MIB, 'Bytes of a multipart body, or of binary tensors'),
  PVAE_MAX_JSON_BYTES: bytes(DEFAULT_LIMITS.jsonBytes, 256 * MIB, 'Bytes of a JSON body'),
  PVAE_MAX_HEADER_BYTES: bytes(DEFAULT_LIMITS.headerBytes, MIB, 'Bytes of a request\'s line and headers, with the query'),
  PVAE_MAX_FILE_NAME_LENGTH: count(DEFAULT_LIMITS.fileNameLength, 65_536, 'Characters of the file name of a multipart part; the name is not used'),
  PVAE_MAX_IMAGES: count(DEFAULT_LIMITS.imagesPerRequest, 4096, 'Images in one request'),
  PVAE_MAX_LATENTS: count(DEFAULT_LIMITS.latentsPerRequest, 65_536, 'Latents in one request'),
  PVAE_MAX_INPUT_PIXELS: count(DEFAULT_LIMITS.inputPixels, 1e9, 'Width × height of an image that comes in'),
  PVAE_MAX_INPUT_SIDE: count(DEFAULT_LIMITS.inputSide, 65_535, 'Width, or height, of the same'),
  PVAE_MAX_OUTPUT_PIXELS: count(DEFAULT_LIMITS.outputPixels, 1e9, 'Width × height of a picture that goes out: for a grid, steps × rows × zoom² × those of the model'),
  PVAE_HEADERS_TIMEOUT_MS: milliseconds(DEFAULT_TIMEOUTS.headers, 'Time for the headers of a request to arrive, in milliseconds; then the connection is closed'),
  PVAE_ARRIVAL_TIMEOUT_MS: milliseconds(DEFAULT_TIMEOUTS.arrival, 'Time for a request to arrive with its body, in milliseconds; then the connection is closed'),
  PVAE_KEEP_ALIVE_MS: milliseconds(DEFAULT_TIMEOUTS.keepAlive, 'Time that an idle connection is kept, in milliseconds: longer than the 60 s of common balancers, so that they close first'),
  PVAE_RATE_LIMIT: Type.Integer({ minimum: 0, maximum: 1e9, default: 0, description: 'Requests a minute from one client address; what comes then is answered 429. 0: no limit' }),
  PVAE_API_KEYS_FILE: Type.String({
    default: '',
    description: 'File of API keys, one a line, `#` for comments; read again when it changes. With it, requests need `Authorization: Bearer KEY` or `X-API-Key: KEY`, ' +
      'but for health and the pages. Default: no keys',
  }),
  PVAE_METRICS_WITHOUT_KEY: Type.Boolean({ default: false, description: 'Whether `/metrics` can be read without a key where keys are needed' }),
  PVAE_CORS_ORIGINS: Type.String({ pattern: ORIGINS, default: '', description: 'Origins whose pages may ask, between commas, e.g. `https://example.org`; `*` for any. Default: none' }),
  PVAE_TRUST_PROXY: Type.String({
    pattern: PROXIES,
    default: '',
    description: 'Addresses or networks of the proxies whose `X-Forwarded-*` headers are believed, between commas; `loopback`, `linklocal` and `uniquelocal` are known. Default: none',
  }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info', description: 'Least severe line to log' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.String({
    pattern: COLLECTOR,
    default: '',
    description: 'OpenTelemetry collector (OTLP over HTTP) that traces are sent to, e.g. `http://localhost:4318`. Default: no traces',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: Type.String({ default: '', description: 'Headers for the collector, e.g. `authorization=Bearer%20KEY`, between commas' }),
  OTEL_SERVICE_NAME: Type.String({ default: '', description: 'Name of this service in traces (default: partition-vae)' }),
  OTEL_RESOURCE_ATTRIBUTES: Type.String({ default: '', description: 'What else traces say of this service, e.g. `deployment.environment.name=test`, between commas' }),
  OTEL_TRACES_SAMPLER: Type.Enum(['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'], {
    default: 'parentbased_always_on',
    description: 'Which requests are traced. `parentbased_…`: as the caller\'s `traceparent` says, where it has one',
  }),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({ minimum: 0, maximum: 1, default: 1, description: 'Share of requests that `…traceidratio` traces' }),
}, { additionalProperties: false })
export type Config = Readonly<Static<typeof ConfigSchema>>

export interface Environment { readonly [name: string]: string | undefined }

const check = Compile(ConfigSchema)

/** Every setting at fault, in one message: nobody should have to start a service five times to learn five things. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** The models that ship: beside the code of `@partition-vae/models`, be it TypeScript or built. */
export function shippedRepository (): string {
  const folder = dirname(fileURLToPath(import.meta.resolve('@partition-vae/models')))
  return join(basename(folder) === 'dist' ? dirname(folder) : folder, 'repository')
}

function defaults (): Record<string, unknown> {
  return { ...statedDefaults(ConfigSchema), PVAE_REPOSITORY: shippedRepository(), PVAE_WORKERS: Math.max(1, availableParallelism() - 1) }
}

/** Settings that are right one by one, but not together. */
function contradictions (settings: Config): Mismatch[] {
  const atLeast = (field: keyof Config, other: keyof Config): Mismatch[] => settings[field] >= settings[other]
    ? []
    : [{ field, expected: `at least ${other} (${settings[other]})`, found: String(settings[field]) }]
  return [...atLeast('PVAE_ARRIVAL_TIMEOUT_MS', 'PVAE_HEADERS_TIMEOUT_MS'), ...atLeast('PVAE_MAX_REQUEST_BYTES', 'PVAE_MAX_IMAGE_BYTES')]
}

/**
 * Reads the settings out of an environment. An empty variable counts as unset; relative paths start at `directory`.
 * @throws ConfigError listing every setting at fault: what was expected and what was received
 */
export function readConfig (environment: Environment, directory: string): Config {
  const given = Object.entries(environment).filter(([name, value]) => Object.hasOwn(ConfigSchema.properties, name) && value !== undefined && value !== '')
  const settings: unknown = { ...defaults(), ...coerceText(ConfigSchema, Object.fromEntries(given)) }
  const faults = check.Check(settings) ? contradictions(settings) : allMismatches(check.Errors(settings), settings, 'the environment')
  if (!check.Check(settings) || faults.length > 0) {
    const lines = faults.map(({ field, expected, found }) => `  expected ${expected} for ${field} but received ${found}`)
    throw new ConfigError(['The configuration is not valid:', ...lines].join('\n'))
  }
  const { PVAE_REPOSITORY, PVAE_API_KEYS_FILE: keys } = settings
  return { ...settings, PVAE_REPOSITORY: resolve(directory, PVAE_REPOSITORY), PVAE_API_KEYS_FILE: keys === '' ? '' : resolve(directory, keys) }
}

/** Names that look like ours but are no setting: most likely a typing error that would otherwise go unseen. */
export function unknownSettings (environment: Environment): string[] {
  return Object.keys(environment).filter(name => name.startsWith('PVAE_') && !Object.hasOwn(ConfigSchema.properties, name))
}
