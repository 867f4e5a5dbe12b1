import type { RunConfig } from '../config/schema.js'

const TOLD_BY_PAIRS = {
  far: 'which images differ in little',
  farthest: 'which images differ in one factor',
  known: 'which images differ in one factor, in which, and what is to hold it',
}

/**
 * Says what training is told of factors: beside models that see images alone, what was told has to be known.
 * @returns `nothing` for a model that is told nothing
 */
export function toldOfFactors ({ objective: { pairs, labels } }: Pick<RunConfig, 'objective'>): string {
  const told = [
    ...pairs === undefined
      ? []
      : [TOLD_BY_PAIRS[pairs.differing]],
    ...labels === undefined ? [] : [`the factors of ${labels.count} images`],
  ]
  return told.length === 0 ? 'nothing' : told.join('; ')
}
