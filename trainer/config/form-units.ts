/** Which units of a slot say what form its thing has. */
import { layOutPartitions } from '@partition-vae/models'
import type { ModelConfig } from './schema.js'
import type { SlotsModelConfig } from './slots-schema.js'

/** By name of the partition: its units of form, from one to before another, as indices into the latent. */
export type FormUnits = ReadonlyMap<string, readonly [from: number, to: number]>

/** Units of a slot before those of its form: presence, row, column, scale and angle where there are, colour, depth. */
export function unitsBeforeForm ({ scale, rotation }: SlotsModelConfig, channels: number): number {
  return 1 + 2 + Number(scale) + Number(rotation) + channels + 1
}

/** Lists the units of form of each slot; none for models whose partitions have no units for form alone. */
export function formUnitsOf (model: ModelConfig): FormUnits {
  if (model.architecture !== 'slots') return new Map()
  const channels = model.partitions.find(({ kind }) => kind === 'background')?.size ?? 0
  const before = unitsBeforeForm(model, channels)
  const slots = new Set(model.partitions.filter(({ kind }) => kind === 'slot').map(({ name }) => name))
  return new Map(layOutPartitions(model.partitions).flatMap(({ name, offset, size }) =>
    slots.has(name) ? [[name, [offset + before, offset + size] as const] as const] : []))
}
