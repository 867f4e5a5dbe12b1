import type { RunConfig } from '../config/schema.js'
import type { SlotsModelConfig } from '../config/slots-schema.js'
import { poseUnitsOf } from '../model/posed/plan.js'

/** By kind of a partition: what its units hold whatever is learned. */
const HELD: Readonly<Record<string, string>> = {
  sprite: 'row and column of each sprite',
  gain: 'the brightness of each channel',
  camera: "the camera's shift",
  background: 'what lies behind everything',
  layer: 'a layer of its own',
}

/** Kinds that say where a partition acts, and not what its units are; those of a pose are named. */
const NOT_BY_UNIT = ['shape', 'style', 'pose']

/**
 * Says what a model's units hold by construction: measures of them that say so say nothing about learning.
 * @returns `nothing` for a model whose units are all alike
 */
export function heldByConstruction (model: RunConfig['model']): string {
  const { partitions } = model
  const kinds = new Set(partitions.flatMap(partition => 'kind' in partition ? [String(partition.kind)] : []))
  const held = model.architecture === 'slots'
    ? heldBySlots(model)
    : [
        ...model.architecture === 'posed' ? [listed(poseUnitsOf(model))] : [],
        ...[...kinds].filter(kind => !NOT_BY_UNIT.includes(kind)).map(kind => HELD[kind] ?? kind),
      ]
  return held.length === 0 ? 'nothing' : held.join('; ')
}

/** Writes names as people list them: a, b and c. */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

function heldBySlots ({ partitions, colours, scale, rotation }: SlotsModelConfig): string[] {
  const hasDepth = partitions.filter(({ kind }) => kind === 'slot').length > 1
  const units = [
    'presence', 'row', 'column', ...scale ? ['scale'] : [], ...rotation ? ['angle'] : [],
    ...colours.things === 'each' ? ['colour'] : [], ...hasDepth ? ['depth'] : [],
  ]
  return [
    `${listed(units)} of each slot`,
    ...colours.background === 'each' ? [HELD.background!] : [],
  ]
}
