import { packNumbers, unpackNumbers } from './numbers.js'
import type { Origin, Scene } from './scene.js'

/** All that a link says. */
export interface Linked {
  readonly model: string
  readonly version: number
  readonly scene: Scene
  /** The partition whose card is open. */
  readonly open?: string | undefined
  /** The view that is shown; absent for the first. */
  readonly view?: string | undefined
  /** What the view adds. */
  readonly detail?: string | undefined
}

/** Numbers in links are rounded by less. */
const SAME = 0.01

/** Writes the fragment of a link, without its `#`. */
export function writeLink ({ model, version, scene, open, view, detail }: Linked): string {
  const { latent, origin, hidden, solo } = scene
  const fields = new URLSearchParams({ m: model, v: String(version), z: packNumbers(latent) })
  if (origin.index !== undefined) fields.set('s', String(origin.index))
  if (latent.some((value, i) => value !== origin.mean[i])) fields.set('b', packNumbers(origin.mean))
  if (hidden.length > 0) fields.set('h', hidden.join('.'))
  if (solo !== undefined) fields.set('o', solo)
  if (open !== undefined) fields.set('p', open)
  if (view !== undefined) fields.set('w', view)
  if (detail !== undefined) fields.set('d', detail)
  return fields.toString()
}

/** Leaves out what a model does not have: partitions of other names, and images that are not in its sample. */
export function fitLinked (
  { scene, open, ...linked }: Linked, names: readonly string[], sample: { readonly mean: Float32Array } | undefined
): Linked {
  const { origin, hidden, solo } = scene
  const has = (name: string | undefined) => name !== undefined && names.includes(name)
  const { index, mean } = origin
  const row = index === undefined ? undefined : sample?.mean.subarray(index * mean.length, (index + 1) * mean.length)
  const isKnown = row?.length === mean.length && mean.every((value, i) => Math.abs(value - row[i]!) < SAME)
  return {
    ...linked,
    open: has(open) ? open : undefined,
    scene: {
      ...scene,
      origin: index === undefined || isKnown ? origin : { kind: 'mean', mean },
      hidden: hidden.filter(has),
      solo: has(solo) ? solo : undefined,
    },
  }
}

/** Reads what `writeLink` wrote. @returns undefined for anything else */
export function readLink (fragment: string): Linked | undefined {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''))
  const model = fields.get('m')
  const version = Number(fields.get('v'))
  const latent = unpackNumbers(fields.get('z'))
  if (model === null || !Number.isInteger(version) || version < 1 || latent === undefined) return undefined
  const mean = unpackNumbers(fields.get('b')) ?? latent
  if (mean.length !== latent.length) return undefined
  const index = /^\d{1,9}$/.test(fields.get('s') ?? '') ? Number(fields.get('s')) : undefined
  const origin: Origin = index === undefined ? { kind: 'mean', mean } : { kind: 'sample', index, mean }
  const hidden = fields.get('h')?.split('.') ?? []
  return {
    model,
    version,
    scene: { latent, origin, hidden, solo: fields.get('o') ?? undefined },
    open: fields.get('p') ?? undefined,
    view: fields.get('w') ?? undefined,
    detail: fields.get('d') ?? undefined,
  }
}
