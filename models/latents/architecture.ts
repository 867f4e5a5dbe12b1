/** What a card says of how its model was made, beyond what every model has. */
import { labelOf, latentSizeOf, type Partition } from './partitions.js'

/** The part of a card that says how the model was made. */
export interface Described {
  readonly partitions: ReadonlyArray<Pick<Partition, 'name' | 'size' | 'offset'>>
  /** As trained: of a model that another trainer made, anything. */
  readonly training?: unknown
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined

const configOf = (card: Described) => fieldOf(card.training, 'config')

/** Where the training images came from, such as `mnist`; undefined where the card says nothing. */
export function sourceOf (card: Described): string | undefined {
  const source = fieldOf(fieldOf(configOf(card), 'data'), 'source')
  return typeof source === 'string' ? source : undefined
}

/** Finds what each partition is of, by its name, such as `background`; of an architecture without kinds, none. */
export function kindsOf (card: Described): ReadonlyMap<string, string> {
  const partitions = fieldOf(fieldOf(configOf(card), 'model'), 'partitions')
  return new Map((Array.isArray(partitions) ? partitions : []).flatMap((one: unknown) => {
    const [name, kind] = [fieldOf(one, 'name'), fieldOf(one, 'kind')]
    return typeof name === 'string' && typeof kind === 'string' ? [[name, kind] as const] : []
  }))
}

/** What units of a pose can do. */
const MOVEMENTS = ['row', 'column', 'scale', 'height', 'width', 'slant', 'angle'] as const
type Movement = typeof MOVEMENTS[number]

/** Of a pose whose config names none, in their order: a smaller pose has the first ones. */
const USUAL_POSE: readonly Movement[] = ['slant', 'height', 'width']

export interface PoseUnit {
  readonly kind: Movement
  /** The partition of the pose. */
  readonly partition: string
  /** Index in the latent. */
  readonly at: number
}

const isMovement = (kind: unknown): kind is Movement => MOVEMENTS.some(movement => movement === kind)

/** Finds the units that pose what a posed model draws; none of another model. */
export function poseUnitsOf (card: Described): readonly PoseUnit[] {
  const model = fieldOf(configOf(card), 'model')
  const kinds = fieldOf(model, 'partitions')
  if (fieldOf(model, 'architecture') !== 'posed' || !Array.isArray(kinds)) return []
  const pose = card.partitions[kinds.findIndex(one => fieldOf(one, 'kind') === 'pose')]
  if (pose === undefined) return []
  const named = fieldOf(fieldOf(model, 'pose'), 'units')
  const units: readonly unknown[] = Array.isArray(named) ? named : USUAL_POSE
  // Of another trainer's model, or a later one's, there may be movements that are not known here: they have no name.
  return units.slice(0, pose.size).flatMap((kind, i) =>
    isMovement(kind) ? [{ kind, partition: pose.name, at: pose.offset + i }] : [])
}

/** The part of a card that units are named by. */
export interface Named extends Described {
  readonly partitions: readonly Partition[]
}

/** Names a unit for people: by its partition and what it does in a pose, or its index: `pose[slant]`, `shape[2]`. */
export function nameUnit (card: Named, unit: number): string {
  const partition = card.partitions.find(({ offset, size }) => unit >= offset && unit < offset + size)
  if (partition === undefined) {
    throw new RangeError(`expected a unit below ${latentSizeOf(card.partitions)} but received ${unit}`)
  }
  const inPose = poseUnitsOf(card).find(({ at }) => at === unit)?.kind
  return `${labelOf(partition)}[${inPose ?? unit - partition.offset}]`
}
