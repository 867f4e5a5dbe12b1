/**
 * Tells which layer of a network the kernels being recorded belong to. Layers are named by their parameters: what
 * follows the request for `a/b/kernel` belongs to `a/b`, until another layer's parameters are asked for. Parts without
 * parameters say who they are by `inLayer`.
 */
import type { Place } from './ir.js'

const NOWHERE: Place = { layer: '', pass: 'forward' }
let current = NOWHERE

export const currentPlace = (): Place => current

export function enterPlace (place: Place): void {
  current = place
}

/** Enters the layer of this parameter: the kernels that follow belong to it. */
export function enterLayerOf (parameter: string): void {
  current = { ...current, layer: parameter.slice(0, Math.max(0, parameter.lastIndexOf('/'))) }
}

/**
 * Runs `run` in this place: what it does belongs there, as far as it enters no other. Afterwards the place is as
 * before.
 */
export function inPlace<T> (place: Place, run: () => T): T {
  const before = current
  current = place
  try {
    return run()
  } finally {
    current = before
  }
}

export const inLayer = <T> (layer: string, run: () => T): T => inPlace({ ...current, layer }, run)
