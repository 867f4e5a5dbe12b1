import type { Card } from './card-schema.js'
import type { Mismatch } from '../foundation/errors.js'
import { latentSizeOf } from '../latents/partitions.js'

/** Names in a version folder that are not a graph's. */
const RESERVED_FILES = ['model.json', 'golden.json', 'report']

/** Largest allowed difference of a principal direction's length from 1: it is written with few digits. */
const UNIT_LENGTH_TOLERANCE = 1e-3

/** The first contradiction between a card's fields (what its schema can't say), or undefined. */
export function checkCard (card: Card): Mismatch | undefined {
  return (
    checkPartitions(card) ??
    checkStatistics(card) ??
    checkPrincipalDirections(card) ??
    checkSubresolution(card) ??
    checkFiles(card)
  )
}

function checkPartitions ({ partitions, latentSize }: Card): Mismatch | undefined {
  let offset = 0
  const names = new Set<string>()
  for (const [i, partition] of partitions.entries()) {
    if (names.has(partition.name)) {
      return {
        field: `partitions[${i}].name`,
        expected: 'a name no other partition has',
        found: JSON.stringify(partition.name),
      }
    }
    if (partition.offset !== offset) {
      const expected = `${offset} (the sum of the sizes before it)`
      return { field: `partitions[${i}].offset`, expected, found: String(partition.offset) }
    }
    names.add(partition.name)
    offset += partition.size
  }
  if (offset === latentSize) return undefined
  return {
    field: 'latentSize',
    expected: `${latentSizeOf(partitions)} (the sum of the partition sizes)`,
    found: String(latentSize),
  }
}

function checkStatistics ({ latentStatistics, latentSize }: Card): Mismatch | undefined {
  for (const key of ['mean', 'standardDeviation'] as const) {
    const mismatch = checkLength(`latentStatistics.${key}`, latentStatistics[key], latentSize)
    if (mismatch !== undefined) return mismatch
  }
  return undefined
}

function checkPrincipalDirections ({
  latentStatistics: { principalDirections },
  partitions,
}: Card): Mismatch | undefined {
  const field = 'latentStatistics.principalDirections'
  if (principalDirections.length !== partitions.length) {
    return {
      field,
      expected: `${partitions.length} elements (one for each partition)`,
      found: `${principalDirections.length} elements`,
    }
  }
  for (const [i, { vector }] of principalDirections.entries()) {
    const mismatch = checkLength(`${field}[${i}].vector`, vector, partitions[i]!.size)
    if (mismatch !== undefined) return mismatch
    const length = Math.hypot(...vector)
    if (Math.abs(length - 1) > UNIT_LENGTH_TOLERANCE) {
      return { field: `${field}[${i}].vector`, expected: 'a vector of length 1', found: `one of length ${length}` }
    }
  }
  return undefined
}

function checkLength (field: string, { length }: readonly number[], expected: number): Mismatch | undefined {
  return length === expected ? undefined : { field, expected: `${expected} numbers`, found: `${length} numbers` }
}

function checkSubresolution ({ image, subresolution: { factor } }: Card): Mismatch | undefined {
  for (const key of ['height', 'width'] as const) {
    if (image[key] % factor !== 0) {
      return {
        field: `image.${key}`,
        expected: `a multiple of subresolution.factor (${factor})`,
        found: String(image[key]),
      }
    }
  }
  return undefined
}

function checkFiles ({ files }: Card): Mismatch | undefined {
  const roles = new Map<string, string>()
  for (const [role, { path }] of Object.entries(files)) {
    const field = `files.${role}.path`
    if (RESERVED_FILES.includes(path)) {
      return { field, expected: `none of ${RESERVED_FILES.join(', ')}`, found: JSON.stringify(path) }
    }
    const other = roles.get(path)
    if (other !== undefined) {
      return { field, expected: `another file than files.${other}.path`, found: JSON.stringify(path) }
    }
    roles.set(path, role)
  }
  return undefined
}
