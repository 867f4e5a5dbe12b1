import type { Card } from '@partition-vae/models'
import { expected, InvalidLatentError, UnknownPartitionError } from '../errors.js'
import { decimalFromText } from '../schemas/check.js'
import type { LatentInput } from '../schemas/decode.js'

type Shapes = Pick<Card, 'latentSize' | 'partitions'>

/** @param texts what the numbers were written as, where they came as text */
function writeNumbers (target: Float32Array, numbers: readonly number[], field: string, owner: string, texts: readonly unknown[] = numbers): void {
  if (numbers.length !== target.length) {
    throw new InvalidLatentError(expected(`${target.length} numbers (${owner})`, field, `${numbers.length} numbers`))
  }
  target.set(numbers)
  // Beyond float32 is as bad as not a number: 1e39 would reach the graph as Infinity.
  const wrong = target.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) throw new InvalidLatentError(expected('a finite float32', `${field}[${wrong}]`, String(texts[wrong]) || 'nothing'))
}

/**
 * Latents as clients give them, flat or by partition (a missing partition means zeros) → [N, D].
 * @throws PVAE_INVALID_LATENT, PVAE_UNKNOWN_PARTITION
 */
export function parseLatents ({ latentSize, partitions }: Shapes, inputs: readonly LatentInput[]): Float32Array {
  const latents = new Float32Array(inputs.length * latentSize)
  for (const [n, input] of inputs.entries()) {
    const latent = latents.subarray(n * latentSize, (n + 1) * latentSize)
    if (Array.isArray(input)) {
      writeNumbers(latent, input, `latents[${n}]`, 'the model\'s latentSize')
      continue
    }
    for (const [name, numbers] of Object.entries(input)) {
      const partition = partitions.find(partition => partition.name === name)
      if (partition === undefined) {
        throw new UnknownPartitionError(expected(`one of ${partitions.map(({ name }) => name).join(', ')}`, `partition of latents[${n}]`, JSON.stringify(name)))
      }
      const { offset, size } = partition
      writeNumbers(latent.subarray(offset, offset + size), numbers, `latents[${n}].${name}`, 'the partition\'s size')
    }
  }
  return latents
}

/**
 * A latent as a query writes it: D numbers between commas → [D].
 * @throws PVAE_INVALID_LATENT
 */
export function parseLatentText ({ latentSize }: Shapes, text: string): Float32Array {
  const latent = new Float32Array(latentSize)
  const texts = text.split(',').map(element => element.trim())
  writeNumbers(latent, texts.map(decimalFromText), 'latent', 'the model\'s latentSize', texts)
  return latent
}
