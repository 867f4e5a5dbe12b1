import type { RunConfig } from '../config/schema.js'

/**
 * Says what training is told of factors: beside models that see images alone, what was told has to be known.
 * @returns `nothing` for a model that is told nothing
 */
export function toldOfFactors ({ objective: { pairs, labels } }: Pick<RunConfig, 'objective'>): string {
  const told = [
    ...pairs === undefined
      ? []
      : [pairs.differing === 'known' ? 'which images differ in which factor alone' : 'which images differ in little'],
    ...labels === undefined ? [] : [`the factors of ${labels.count} images`],
  ]
  return told.length === 0 ? 'nothing' : told.join('; ')
}
