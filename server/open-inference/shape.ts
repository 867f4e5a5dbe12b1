/** The shapes of tensors, for a number of rows. */
import type { TensorSpec } from '@partition-vae/models'
import { expected, InvalidBodyError } from '../foundation/errors.js'

/** The shape of a tensor with so many rows. */
export const shapeOf = ({ dims }: TensorSpec, rows: number): number[] => dims.map(dim => dim === 'N' ? rows : dim)
/** Bytes of one row. */
export const rowBytes = (spec: TensorSpec): number =>
  shapeOf(spec, 1).reduce((size, length) => size * length, Float32Array.BYTES_PER_ELEMENT)

/**
 * Returns the given shape.
 * @throws PVAE_INVALID_BODY unless it is the tensor's, [rows, …], with rows in 1 … most
 */
export function checkShape (
  given: readonly number[],
  spec: TensorSpec,
  most: number,
  field: string
): readonly number[] {
  const [rows = 0] = given
  const wanted = shapeOf(spec, rows)
  if (rows >= 1 && rows <= most && given.length === wanted.length && wanted.every((length, i) => length === given[i])) {
    return given
  }
  const [, ...rest] = wanted
  throw new InvalidBodyError(
    expected(
      `[1 to ${most}, ${rest.join(', ')}]`,
      field,
      `[${given.slice(0, 8).join(', ')}${given.length > 8 ? ', …' : ''}]`
    )
  )
}
