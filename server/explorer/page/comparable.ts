import type { Card } from './service.js'
import { models } from './store.js'

/** A version of a model. */
export interface Choice {
  readonly name: string
  readonly version: number
}

/** Lists the versions that could have seen the same images: other versions first, then other models. */
export function comparableWith ({ name, version, image }: Pick<Card, 'name' | 'version' | 'image'>): readonly Choice[] {
  return models.value
    .filter(model => model.name === name || (model.image.channels === image.channels &&
      model.image.width * image.height === image.width * model.image.height))
    .flatMap(model => model.versions.toReversed().map(version => ({ name: model.name, version })))
    .filter(choice => choice.name !== name || choice.version !== version)
    .sort((a, b) => Number(b.name === name) - Number(a.name === name))
}
