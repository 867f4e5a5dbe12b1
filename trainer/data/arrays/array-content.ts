/** The images of a file of arrays: which member is what, and what is known of the layout. */
import { basename } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { corrupt, sizeOf, type ArrayFile, type ArrayMember } from './array-file.js'
import type { ArrayContent } from './content.js'
import { findMember, noImages, type ArrayContentOptions } from './find-member.js'
import { readKnown } from './known.js'
import { maskLayoutOf, maskOf } from './masks.js'
import { bytesOf, toDoubles } from './number-types.js'
import { guessRange, imageLayoutOf, imageOf, RANGES, type ImageLayout, type Range } from './pixels.js'

/** Images that are looked at to tell the range of their numbers. */
const SAMPLED = 64

/**
 * Reads what a file of arrays holds but for its images and masks: in the layouts of dSprites, 3D Shapes and MPI3D, told
 * by their members and counts, or plainly (see findMember). Closes the file where it fails.
 * @throws TrainerError PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY, PVAE_DATA_MIXED; the signal's reason
 */
export async function readArrayContent (
  file: ArrayFile, options: ArrayContentOptions, signal: AbortSignal | undefined
): Promise<ArrayContent> {
  try {
    return await readContent(file, options, signal)
  } catch (error) {
    await file.close()
    throw error
  }
}

async function readContent (
  file: ArrayFile, options: ArrayContentOptions, signal: AbortSignal | undefined
): Promise<ArrayContent> {
  const { path } = options
  const images = findMember(file, options, 'images')
  if (images === undefined) throw noImages(file, path)
  const where = `${path}, member ${images.name}`
  const layout = imageLayoutOf(where, images)
  if (layout.count === 0) throw new TrainerError('PVAE_DATA_EMPTY', `${where}: expected at least 1 image but found 0`)
  const { labels, factors, used, passed } = await readKnown(file, options, images, layout, signal)
  const masks = findMember(file, options, 'masks')
  const maskLayout = masks && maskLayoutOf(path, masks, layout)
  const read = new Set([images.name, masks?.name, ...used])
  const unread = [...file.members.keys()].filter(name => !read.has(name))
  let range = options.range
  return {
    shape: layout.shape,
    count: layout.count,
    labels,
    factors,
    files: [path],
    notes: [
      ...unread.map(name => {
        const reason = passed?.get(name)
        return `Member ${name} of ${basename(path)} is not read${reason === undefined ? '' : `: ${reason}`}.`
      }),
      ...Array.from(file.refused, ([name, reason]) => `Member ${name} of ${basename(path)} is not read: ${reason}.`),
    ],
    async * images (from, signal) {
      range ??= await sampleRange(images, layout, signal)
      for await (const [i, bytes] of each(images, layout.rank, from, signal)) {
        yield imageOf(`${where}, image ${i}`, bytes, images, layout, range)
      }
    },
    ...masks && maskLayout && {
      async * masks (from: number, signal: AbortSignal | undefined) {
        for await (const [i, bytes] of each(masks, maskLayout.rank, from, signal)) {
          yield maskOf(`${path}, member ${masks.name}, mask ${i}`, bytes, masks, maskLayout)
        }
      },
    },
    close: () => file.close(),
  }
}

/** Reads items one by one, with their numbers. */
async function * each (
  member: ArrayMember, rank: number, from: number, signal: AbortSignal | undefined
): AsyncGenerator<[number, Uint8Array]> {
  if (member.type === 'text') throw corrupt(`member ${member.name}`, 'numbers', 'text')
  const size = sizeOf(member.shape.slice(member.shape.length - rank)) * bytesOf(member.type)
  let i = from
  for await (const piece of member.items(rank, from, signal)) {
    for (let at = 0; at < piece.length; at += size) yield [i++, piece.subarray(at, at + size)]
  }
}

async function sampleRange (
  member: ArrayMember, { rank }: ImageLayout, signal: AbortSignal | undefined
): Promise<Range> {
  const type = member.type as Exclude<ArrayMember['type'], 'text'>
  const ranges: Range[] = []
  for await (const [i, bytes] of each(member, rank, 0, signal)) {
    ranges.push(guessRange(type, toDoubles(bytes, type)))
    if (i + 1 >= SAMPLED) break
  }
  // Whatever has the widest range decides.
  return RANGES.find(range => ranges.includes(range)) ?? '0..1'
}
