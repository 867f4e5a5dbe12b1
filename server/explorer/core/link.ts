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

/** Float32, little-endian, in base64url: 20 numbers are 107 letters. */
function packNumbers (numbers: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(numbers.length * 4))
  numbers.forEach((number, i) => bytes.setFloat32(i * 4, number, true))
  const text = String.fromCharCode(...new Uint8Array(bytes.buffer))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** @returns undefined for what is not numbers */
function unpackNumbers (text: string | null): number[] | undefined {
  if (text === null || !/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0))
  if (bytes.length % 4 !== 0) return undefined
  const view = new DataView(bytes.buffer)
  const numbers = Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true))
  return numbers.every(Number.isFinite) ? numbers : undefined
}

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
