/** What the analysis of footage found, for people. */
import { join } from 'node:path'
import { defaultZoom, composeGrid } from '@partition-vae/models'
import { compactPng } from '../foundation/png.js'
import { writeFileAtomic } from '../foundation/files.js'
import type { FootageAnalysis } from './analyse.js'
import { boxesByColours } from './colours/find.js'
import { findDoubts } from './doubts.js'
import { frameAt } from './frames.js'
import type { Box } from './thing.js'

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

/** Lines for people: what moves, and where, and what is doubtful about it. */
export function describeAnalysis (analysis: FootageAnalysis): string[] {
  const { frames, scene, steadiness, things, light, cues } = analysis
  const states = scene.stills.length === 1 ? '' : `, in ${scene.stills.length} states`
  const colour = light.ways > 1 ? ', its colour too' : ''
  const how = cues.by === 'motion'
    ? 'told apart by how they move'
    : 'told apart by their colours, since the frames are in no order: alike things may be mixed up'
  const changes = scene.gain ? `; brightness varies by ${Math.round(100 * light.deviation)}%${colour}` : ''
  return [
    `footage: ${Math.round(100 * steadiness.still)}% of the pixels of ${frames.count} frames stand ` +
      `still${states}${changes}; ${things.length} moving ${things.length === 1 ? 'thing' : 'things'}`,
    `  ${how}`,
    ...things.map(
      ({ energy, seen, mean, extent }, i) =>
        `  p${i + 1}: ${extent.map(Math.round).join('×')} pixels around (${mean.map(Math.round).join(', ')}), ` +
        `${(100 * energy).toFixed(1)}% of what moves, told apart in ${Math.round(100 * seen)}% of the frames`
    ),
    ...findDoubts(analysis).map(doubt => `  doubt: ${doubt}`),
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
  const { frames, scene, steadiness, light, cues, things, warnings } = analysis
  const paths = { json: join(folder, 'analysis.json'), picture: join(folder, 'objects.png') }
  const facts = {
    frames: frames.count,
    shape: frames.shape,
    stills: scene.stills.length,
    gain: scene.gain,
    ...steadiness,
    brightnessDeviation: light.deviation,
    light,
    ...cues,
    things: cues.by === 'colours' ? things : cues.things.map(({ boxes, ...thing }) => thing),
    warnings,
  }
  await writeFileAtomic(paths.json, `${JSON.stringify(facts, null, 2)}\n`)
  await writeFileAtomic(paths.picture, await drawThings(analysis))
  return paths
}

/** PNG of some frames, enlarged, with boxes. */
export async function drawThings (analysis: FootageAnalysis): Promise<Uint8Array> {
  const { frames } = analysis
  const { shape: { width, channels }, shape, count } = frames
  const shown = Math.min(SHOWN_FRAMES, count)
  const zoom = Math.max(2, defaultZoom(shape))
  const large = { height: shape.height * zoom, width: width * zoom, channels: 3 }
  const size = large.height * large.width * 3
  const tiles = new Uint8Array(shown * size)
  for (let tile = 0; tile < shown; tile++) {
    const n = Math.floor(tile * count / shown)
    const frame = frameAt(frames, n)
    const pixels = tiles.subarray(tile * size, (tile + 1) * size)
    for (let i = 0; i < size; i++) {
      const [row, column, c] = [
        Math.floor(i / 3 / large.width / zoom),
        Math.floor((Math.floor(i / 3) % large.width) / zoom),
        i % 3,
      ]
      pixels[i] = frame[(row * width + column) * channels + (channels === 1 ? 0 : c)]!
    }
    boxesOf(analysis, n).forEach((box, index) => {
      if (box !== undefined) drawBox(pixels, large, box, zoom, BOX_COLOURS[index % BOX_COLOURS.length]!)
    })
  }
  const { bytes, width: wide, height: high } = composeGrid(tiles, large, { columns: COLUMNS, zoom: 1 })
  return await compactPng({ pixels: bytes, width: wide, height: high, channels: 3 })
}

/** The box of each thing in a frame, where that is known. */
function boxesOf ({ frames, scene, steadiness: { threshold }, cues }: FootageAnalysis, n: number) {
  return cues.by === 'motion'
    ? cues.things.map(({ boxes }) => boxes[n])
    : boxesByColours(cues, frameAt(frames, n), { scene, threshold })
}

/** The outline of a box, as far as it is inside. */
function drawBox (
  pixels: Uint8Array,
  { height, width }: { readonly height: number; readonly width: number },
  box: Box,
  zoom: number,
  colour: readonly number[]
): void {
  const [top, left] = [Math.round(box.top * zoom), Math.round(box.left * zoom)]
  const [bottom, right] = [Math.round(box.bottom * zoom) - 1, Math.round(box.right * zoom) - 1]
  for (let row = Math.max(0, top); row <= Math.min(height - 1, bottom); row++) {
    for (let column = Math.max(0, left); column <= Math.min(width - 1, right); column++) {
      if (row === top || row === bottom || column === left || column === right) {
        pixels.set(colour, (row * width + column) * 3)
      }
    }
  }
}
