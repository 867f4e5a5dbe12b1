import { ModelError } from '../foundation/errors.js'
import type { LatentSpace } from './latent-space.js'

type Shapes = Pick<LatentSpace, 'latentSize' | 'partitions'>

/** A latent as people and clients write it: all its numbers, or those of some partitions by name. */
export type LatentInput = readonly number[] | Readonly<Record<string, readonly number[]>>

/** A finite decimal number as people write it. Not '', '007', '0x10' or 'Infinity', which `Number` would take. */
export const DECIMAL = /^[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** Reads a number as people write it; NaN for any other text. What is beyond all numbers becomes Infinity. */
export function decimalFromText (text: string): number {
  return DECIMAL.test(text) ? Number(text) : NaN
}

/** @param texts what the numbers were written as, where they came as text */
function writeNumbers (
  target: Float32Array, numbers: readonly number[], field: string, owner: string, texts: readonly unknown[] = numbers
): void {
  if (numbers.length !== target.length) {
    throw new ModelError('PVAE_INVALID_LATENT', 'a latent', {
      field, expected: `${target.length} numbers (${owner})`, found: `${numbers.length} numbers`,
    })
  }
  target.set(numbers)
  // Beyond float32 is as bad as not a number: 1e39 would reach the graph as Infinity.
  const wrong = target.findIndex(value => !Number.isFinite(value))
  if (wrong < 0) return
  const found = String(texts[wrong]) || 'nothing'
  throw new ModelError('PVAE_INVALID_LATENT', 'a latent', {
    field: `${field}[${wrong}]`,
    expected: 'a finite float32',
    found,
  })
}

/**
 * Reads latents that are given flat or by partition (a missing partition means zeros).
 * @returns [N, D]
 * @throws ModelError PVAE_INVALID_LATENT, PVAE_UNKNOWN_PARTITION
 */
export function parseLatents ({ latentSize, partitions }: Shapes, inputs: readonly LatentInput[]): Float32Array {
  const latents = new Float32Array(inputs.length * latentSize) // [N, D]
  for (const [n, input] of inputs.entries()) {
    const latent = latents.subarray(n * latentSize, (n + 1) * latentSize) // [D]
    if (isFlat(input)) {
      writeNumbers(latent, input, `latents[${n}]`, 'the model\'s latentSize')
      continue
    }
    for (const [name, numbers] of Object.entries(input)) {
      const partition = partitions.find(partition => partition.name === name)
      if (partition === undefined) {
        throw new ModelError('PVAE_UNKNOWN_PARTITION', 'a latent', {
          field: `partition of latents[${n}]`,
          expected: `one of ${partitions.map(({ name }) => name).join(', ')}`,
          found: JSON.stringify(name),
        })
      }
      const { offset, size } = partition
      const field = `latents[${n}].${name}`
      writeNumbers(latent.subarray(offset, offset + size), numbers, field, 'the partition\'s size')
    }
  }
  return latents
}

const isFlat = (input: LatentInput): input is readonly number[] => Array.isArray(input)

/**
 * Reads a latent as a query or a flag writes it: D numbers between commas.
 * @returns [D]
 * @throws ModelError PVAE_INVALID_LATENT
 */
export function parseLatentText ({ latentSize }: Pick<Shapes, 'latentSize'>, text: string): Float32Array {
  const latent = new Float32Array(latentSize)
  const texts = text.split(',').map(element => element.trim())
  writeNumbers(latent, texts.map(decimalFromText), 'latent', 'the model\'s latentSize', texts)
  return latent
}
