import type { operations } from './openapi.js'

export type Encodings = operations['encode']['responses'][200]['content']['application/json']
export type Encoding = Encodings['encodings'][number]

/** Numbers by partition; a partition that is missing means zeros. */
export type LatentByPartition = Readonly<Record<string, ArrayLike<number>>>
/** Flat, D numbers with the partitions in the card's order, or by partition. */
export type Latent = ArrayLike<number> | LatentByPartition

function isFlat (latent: Latent): latent is ArrayLike<number> {
  return Array.isArray(latent) || ArrayBuffer.isView(latent)
}

/** Makes a latent of an image's encoding: the posterior means, by partition. */
export function latentOf ({ partitions }: Encoding): Record<string, number[]> {
  return Object.fromEntries(partitions.map(({ name, mean }) => [name, [...mean]]))
}

function checkSize (name: string, size: number, values: ArrayLike<number>): void {
  if (values.length !== size) throw new TypeError(`expected ${size} numbers for ${name} but received ${values.length}`)
}

/**
 * Writes a latent as D numbers, with the partitions in the order of `partitions`: a card's, or a summary's.
 * @throws TypeError for a partition that is not among them, and for another size
 */
export function flattenLatent (
  latent: Latent,
  partitions: ReadonlyArray<{ readonly name: string, readonly size: number }>
): number[] {
  if (isFlat(latent)) {
    checkSize('the latent', partitions.reduce((sum, { size }) => sum + size, 0), latent)
    return Array.from(latent)
  }
  const names = partitions.map(({ name }) => name)
  const stranger = Object.keys(latent).find(name => !names.includes(name))
  if (stranger !== undefined) {
    throw new TypeError(`expected ${names.join(', ')} for a partition but received ${stranger}`)
  }
  return partitions.flatMap(({ name, size }) => {
    const values = latent[name] ?? new Array<number>(size).fill(0)
    checkSize(name, size, values)
    return Array.from(values)
  })
}

/** Writes latents as JSON has them: typed arrays would be objects. */
export function writeLatents (latents: readonly Latent[]): Array<number[] | Record<string, number[]>> {
  return latents.map(latent =>
    isFlat(latent)
      ? Array.from(latent)
      : Object.fromEntries(Object.entries(latent).map(([name, values]) => [name, Array.from(values)]))
  )
}
