import {
  colourInfluence, copyPartition, measureInfluence, pixelCount, planTraversal, type Card, type GraphRunner,
} from '@partition-vae/models'
import type { SharedGraphs } from './batch.js'
import { drawLatents, encodeGrid, encodeSeparately, imagesToGraph, readPixels } from './pixels.js'
import type { Result, Task } from './tasks.js'

/** Draws the latent space around an image: each row of the grid begins with the image itself. */
export async function drawTraversalOfImage (
  card: Card,
  runner: SharedGraphs,
  task: Task<'imageTraversal'>
): Promise<Result<'imageTraversal'>> {
  const { traversal, layout, zoom, format } = task
  const input = await readPixels(card.image, task)
  const { mean } = await runner.encode(imagesToGraph(input, card.image), 1)
  const { rows, steps, latents } = planTraversal(card, { ...traversal, base: mean })
  const moved = await drawLatents(card, runner, latents)
  const size = pixelCount(card.image)
  const tiles = new Uint8Array(rows.length * (steps + 1) * size)
  for (let row = 0; row < rows.length; row++) {
    const start = row * (steps + 1) * size
    tiles.set(input, start)
    tiles.set(moved.subarray(row * steps * size, (row + 1) * steps * size), start + size)
  }
  return { file: await encodeGrid(tiles, card.image, { ...layout, zoom }, format) }
}

/** Two images, and the first with partitions of the second. */
export async function mixImages (card: Card, runner: SharedGraphs, task: Task<'mix'>): Promise<Result<'mix'>> {
  const { takes, layout, zoom, format, arrangement } = task
  const { image, latentSize, partitions } = card
  const inputs = await readPixels(image, task)
  const { mean } = await runner.encode(imagesToGraph(inputs, image), 2)
  const latents = new Float32Array(takes.length * latentSize)
  for (const [i, names] of takes.entries()) {
    latents.set(mean.subarray(0, latentSize), i * latentSize)
    for (const partition of partitions) {
      if (names.includes(partition.name)) copyPartition(partition, mean, latentSize, latents, i * latentSize)
    }
  }
  const mixed = await drawLatents(card, runner, latents)
  const tiles = new Uint8Array(inputs.length + mixed.length)
  tiles.set(inputs)
  tiles.set(mixed, inputs.length)
  if (arrangement === 'raw') return { files: [tiles] }
  if (arrangement === 'separate') return { files: await encodeSeparately(tiles, image, format) }
  return { files: [await encodeGrid(tiles, image, { ...layout, zoom }, format)] }
}

/** Finds where in the image each partition acts: a map for each, drawn side by side, or in numbers. */
export async function drawInfluence (
  card: Card,
  runner: GraphRunner,
  task: Task<'influence'>
): Promise<Result<'influence'>> {
  const { latent, scale, layout, zoom, format, raw } = task
  const maps = await measureInfluence(card, latent, runner.decode, 'planar')
  if (raw) {
    const area = card.image.height * card.image.width
    const changes = new Float32Array(maps.length * area) // [P, H, W]
    maps.forEach(({ change }, i) => changes.set(change, i * area))
    return { file: new Uint8Array(changes.buffer) }
  }
  const tiles = colourInfluence(maps, scale)
  return { file: await encodeGrid(tiles, { ...card.image, channels: 3 }, { ...layout, zoom }, format) }
}
