/** What the analysis of footage found, for people. */
import { join } from 'node:path'
import { defaultZoom, composeGrid } from '@partition-vae/models'
import { compactPng } from '../foundation/png.js'
import { writeFileAtomic } from '../foundation/files.js'
import type { FootageAnalysis } from './analyse.js'
import { findBlobs } from './blobs.js'
import { frameAt } from './frames.js'
import { kindOf } from './kinds.js'

const SHOWN_FRAMES = 12
const COLUMNS = 6
/** Colours of the boxes, in 8 bit, in the order of the things; then again from the first. */
const BOX_COLOURS = [
  [255, 60, 60],
  [60, 220, 60],
  [80, 120, 255],
  [255, 220, 40],
  [255, 80, 255],
  [60, 230, 230],
  [255, 140, 30],
  [255, 255, 255],
] as const

/** Lines for people: what moves, and where. */
export function describeAnalysis ({ frames, scene, steadiness, things, light }: FootageAnalysis): string[] {
  const states = scene.stills.length === 1 ? '' : `, in ${scene.stills.length} states`
  const colour = light.ways > 1 ? ', its colour too' : ''
  const changes = scene.gain ? `; brightness varies by ${Math.round(100 * light.deviation)}%${colour}` : ''
  return [
    `footage: ${Math.round(100 * steadiness.still)}% of the pixels of ${frames.count} frames stand ` +
      `still${states}${changes}; ${things.length} moving ${things.length === 1 ? 'thing' : 'things'}`,
    ...things.map(
      ({ energy, seen, mean, extent }, i) =>
        `  p${i + 1}: ${extent.map(Math.round).join('×')} pixels around (${mean.map(Math.round).join(', ')}), ` +
        `${(100 * energy).toFixed(1)}% of what moves, told apart in ${Math.round(100 * seen)}% of the frames`
    ),
  ]
}

/**
 * Writes analysis.json, and objects.png: frames with the extent of each thing around it where it is told apart.
 * @returns the files' paths
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE
 */
export async function writeAnalysis (
  folder: string,
  analysis: FootageAnalysis
): Promise<{ readonly json: string; readonly picture: string }> {
  const { frames, scene, steadiness, light, palette, classes, things, warnings } = analysis
  const paths = { json: join(folder, 'analysis.json'), picture: join(folder, 'objects.png') }
  const facts = {
    frames: frames.count,
    shape: frames.shape,
    stills: scene.stills.length,
    gain: scene.gain,
    ...steadiness,
    brightnessDeviation: light.deviation,
    light,
    palette,
    classes,
    things,
    warnings,
  }
  await writeFileAtomic(paths.json, `${JSON.stringify(facts, null, 2)}\n`)
  await writeFileAtomic(paths.picture, await drawThings(analysis))
  return paths
}

/** PNG of some frames, enlarged, with boxes. */
async function drawThings ({
  frames,
  scene,
  steadiness: { threshold },
  palette,
  classes,
  things,
}: FootageAnalysis): Promise<Uint8Array> {
  const {
    shape: { height, width, channels },
    count,
  } = frames
  const shown = Math.min(SHOWN_FRAMES, count)
  const zoom = Math.max(2, defaultZoom(frames.shape))
  const large = { height: height * zoom, width: width * zoom, channels: 3 }
  const size = large.height * large.width * 3
  const tiles = new Uint8Array(shown * size)
  for (let tile = 0; tile < shown; tile++) {
    const frame = frameAt(frames, Math.floor((tile * count) / shown))
    const pixels = tiles.subarray(tile * size, (tile + 1) * size)
    for (let i = 0; i < size; i++) {
      const [row, column, c] = [
        Math.floor(i / 3 / large.width / zoom),
        Math.floor((Math.floor(i / 3) % large.width) / zoom),
        i % 3,
      ]
      pixels[i] = frame[(row * width + column) * channels + (channels === 1 ? 0 : c)]!
    }
    const blobs = findBlobs(frame, { scene, threshold, palette })
    things.forEach(({ parts, extent }, index) => {
      const [part] = parts as [(typeof parts)[number]]
      const own = blobs.filter(
        blob => blob.colour === part.colour && kindOf(blob, classes[part.colour]!, frames.shape) === part.kind
      )
      if (own.length !== 1) return
      const centre = [own[0]!.row + part.offset[0], own[0]!.column + part.offset[1]] as const
      drawBox(
        pixels,
        large,
        centre.map(
          (value, axis) => [(value - extent[axis]! / 2) * zoom, (value + extent[axis]! / 2) * zoom] as const
        ),
        BOX_COLOURS[index % BOX_COLOURS.length]!
      )
    })
  }
  const { bytes, width: wide, height: high } = composeGrid(tiles, large, { columns: COLUMNS, zoom: 1 })
  return await compactPng({ pixels: bytes, width: wide, height: high, channels: 3 })
}

type Range = readonly [from: number, to: number]

/** The outline of a box, as far as it is inside. */
function drawBox (
  pixels: Uint8Array,
  { height, width }: { readonly height: number; readonly width: number },
  ranges: readonly Range[],
  colour: readonly number[]
): void {
  const [[top, bottom], [left, right]] = ranges.map(
    ([from, to]) => [Math.round(from), Math.round(to) - 1] as const
  ) as [Range, Range]
  for (let row = Math.max(0, top); row <= Math.min(height - 1, bottom); row++) {
    for (let column = Math.max(0, left); column <= Math.min(width - 1, right); column++) {
      if (row === top || row === bottom || column === left || column === right) {
        pixels.set(colour, (row * width + column) * 3)
      }
    }
  }
}
