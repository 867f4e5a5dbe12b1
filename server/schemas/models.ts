import { CardSchema } from '@partition-vae/models'
import { Type, type Static } from '@partition-vae/models/typebox'

const { image, latentSize, partitions, name, version, description } = CardSchema.properties

export const ModelSummarySchema = Type.Object({
  name,
  version: Type.Integer({ ...version, description: 'Served by default: the highest' }),
  versions: Type.Array(Type.Integer(), { description: 'All that are served, ascending' }),
  description,
  image,
  latentSize,
  partitions,
})
export type ModelSummary = Static<typeof ModelSummarySchema>

export const ModelListSchema = Type.Object({ models: Type.Array(ModelSummarySchema) })

export const ModelVersionsSchema = Type.Object({
  name,
  version: ModelSummarySchema.properties.version,
  versions: ModelSummarySchema.properties.versions,
})

const Link = (description: string) => Type.Optional(Type.String({ description }))

export const ServedCardSchema = Type.Object({
  ...CardSchema.properties,
  executionProvider: Type.Enum(['cpu', 'cuda'], { description: 'What runs the model here' }),
  servedPixelRule: Type.Integer({
    minimum: 1,
    description:
      'Version of the rule by which pictures become pixels here. Where pixelRule (1 where it is absent) is another, ' +
        'latents can differ from those of training',
  }),
  links: Type.Object(
    {
      layers: Link('Gives the layers of its pictures: this model draws its partitions apart'),
      sample: Link('The encoded sample'),
      sheet: Link('The thumbnails of the sample'),
      report: Link('The page of the report'),
      metrics: Link('All measures, as JSON'),
      search: Link('Finds encoded images that are near one: this version has an index'),
    },
    { description: 'What this version has beside its card: paths from the root of the API, without a slash before' }
  ),
})
export type Links = Static<typeof ServedCardSchema>['links']
