import type { Card } from '@partition-vae/models'

/** The parts of the API document that are changed here. */
export interface ApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>
}
interface ApiOperation {
  readonly parameters?: Array<{ readonly in: string, readonly name: string, example?: unknown, description?: string }>
  readonly requestBody?: { description?: string, readonly content?: Readonly<Record<string, MediaType>> }
}
interface MediaType {
  examples?: Record<string, { summary: string, value: unknown }>
  encoding?: Record<string, { contentType: string }>
}

/** The path of the service's example image. */
export const EXAMPLE_IMAGE_PATH = '/docs/digit.png'

/** A 7 of the MNIST test set, 28 × 28, grey. */
export const EXAMPLE_IMAGE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAAAAABXZoBIAAAACXBIWXMAAAPoAAAD6AG1e1' +
  'JrAAAAo0lEQVQoz2NgGG4gZOf86TYqOCTv/QOCj8egYJUJiqRzkUfR4sf/HgKV/Hr6718P' +
    'pnZBJz5nZ2dr0Tf/snDaH/z3ohAuObGX/4Nxamz8904Hl5z1z392ODW2/tvNikuO8+wPK5wa' +
    '6/5twynn/fuDJS454bv/luGSYz7977YyLkm1f/98ccnJP/hXzIjbi/9McMnZfsIjWfnv320N' +
    '3JLnhUhIWQDoRUgX3+pxSwAAAABJRU5ErkJggg==',
  'base64'
)

/** Short enough to read. */
const round = (value: number): number => Number(value.toFixed(3))

function parameterExamples ({ name, version, partitions, latentStatistics }: Card): Readonly<Record<string, unknown>> {
  const [first] = partitions as [Card['partitions'][number]]
  return {
    name,
    model: `${name}-decoder`,
    version,
    partition: first.name,
    take: first.name,
    file: REPORT_PAGE,
    latent: latentStatistics.mean.map(round).join(','),
    seed: 4,
    weights: `${first.name}=1`,
    zoom: 2,
  }
}

function bodyExamples ({
  latentSize,
  partitions,
  latentStatistics,
}: Card): Readonly<Record<string, Required<MediaType>['examples']>> {
  const [{ name, offset, size }] = partitions as [Card['partitions'][number]]
  const mean = latentStatistics.mean.map(round)
  const moved = latentStatistics.standardDeviation.slice(offset, offset + size).map(round)
  const input = { name: 'latent', shape: [1, latentSize], datatype: 'FP32' }
  const latents = {
    flat: { summary: 'The mean of the training set', value: { latents: [mean] } },
    byPartition: {
      summary: 'One partition moved; the others are zeros',
      value: { latents: [{ [name]: moved }, {}] },
    },
  }
  return {
    decode: latents,
    layers: latents,
    search: {
      byPartition: {
        summary: 'Near in one partition, which is given; the others do not count',
        value: { latent: { [name]: moved }, weights: { [name]: 1 }, k: 5 },
      },
      where: {
        summary: 'PNG files alone, with their latents',
        value: { latent: mean, where: ['file=*.png'], latents: true },
      },
    },
    infer: {
      flat: { summary: 'A flat tensor', value: { id: '1', inputs: [{ ...input, data: mean }] } },
      nested: {
        summary: 'A nested tensor; the output is asked for by name',
        value: { inputs: [{ ...input, data: [mean] }], outputs: [{ name: 'image' }] },
      },
    },
  }
}

/** A model that examples may be of. */
export interface Exemplar {
  readonly card: Card
  /** Paths of its report's files. */
  readonly report: readonly string[]
  /** Whether encoded images of it can be searched. */
  readonly indexed: boolean
}

const REPORT_PAGE = 'index.html'

/** What only some models have, by the last segment of the paths that give it. */
const NEEDED: Readonly<Record<string, (model: Exemplar) => boolean>> = {
  layers: ({ card }) => card.files.layers !== undefined,
  search: ({ indexed }) => indexed,
  sample: ({ card }) => card.files.sample !== undefined,
  sheet: ({ card }) => card.files.sample !== undefined,
  report: ({ report }) => report.includes(REPORT_PAGE),
  '{file}': ({ report }) => report.includes(REPORT_PAGE),
}

/**
 * Examples that run as they stand, of the first of the models that has what a path gives; and what kind of file a part
 * of a form may be. Without such a model there is nothing that would run.
 */
export function addExamples<D extends ApiDocument> (document: D, models: readonly Exemplar[]): D {
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    const card = models.find(NEEDED[path.split('/').at(-1)!] ?? (() => true))?.card
    const parameters = card === undefined ? {} : parameterExamples(card)
    const bodies = card === undefined ? {} : bodyExamples(card)
    for (const operation of Object.values(operations)) {
      const given = operation.parameters ?? []
      const hasSeed = given.some(({ name }) => name === 'seed')
      for (const parameter of given) {
        if (!Object.hasOwn(parameters, parameter.name)) continue
        // Pages fill in every example and send them all together: of two that exclude each other only one has one.
        if (parameter.name === 'latent' && hasSeed) {
          parameter.description = `${parameter.description}, e.g. \`${String(parameters['latent'])}\``
        } else parameter.example = parameters[parameter.name]
      }
      const content = operation.requestBody?.content ?? {}
      const json = bodies[path.split('/').at(-1)!]
      if (json !== undefined) content['application/json']!.examples = json
      const form = content['multipart/form-data']
      if (form !== undefined) {
        form.encoding = { image: { contentType: 'image/png, image/jpeg, image/webp' } }
        // Not as an `externalValue`: a document that has been saved would look for it beside itself.
        operation.requestBody!.description = `An image to try is at \`${EXAMPLE_IMAGE_PATH}\`: a handwritten 7`
      }
    }
  }
  return document
}
