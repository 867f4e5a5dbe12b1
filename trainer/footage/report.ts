/** What the analysis of footage found, for people. */
import { join } from 'node:path'
import { writeFileAtomic } from '../foundation/files.js'
import type { FootageAnalysis } from './analyse.js'
import { describeAlike } from './alike.js'
import { findDoubts } from './doubts.js'
import { boxColourOf, drawThings } from './picture.js'

/** Lines for people: what moves, and where, and what is doubtful about it. */
export function describeAnalysis (analysis: FootageAnalysis): string[] {
  const { frames, scene, steadiness, things, light, cues, camera } = analysis
  const states = scene.stills.length === 1 ? '' : `, in ${scene.stills.length} states`
  const colour = light.ways > 1 ? ', its colour too' : ''
  const how = cues.by === 'motion'
    ? 'told apart by how they move'
    : 'told apart by their colours, since the frames are in no order: alike things may be mixed up'
  const moves = camera === undefined
    ? ''
    : `; the camera moves by up to ${pixels(camera.reach)} pixels, which is taken out`
  const changes = scene.gain ? `; brightness varies by ${Math.round(100 * light.deviation)}%${colour}` : ''
  return [
    `footage: ${Math.round(100 * steadiness.still)}% of the pixels of ${frames.count} frames stand ` +
      `still${states}${moves}${changes}; ${things.length} moving ${things.length === 1 ? 'thing' : 'things'}`,
    `  ${how}`,
    ...things.map(
      ({ energy, seen, mean, extent }, i) =>
        `  p${i + 1}, ${boxColourOf(i)}: ${extent.map(Math.round).join('×')} pixels around ` +
        `(${mean.map(Math.round).join(', ')}), ` +
        `${(100 * energy).toFixed(1)}% of what moves, told apart in ${Math.round(100 * seen)}% of the frames`
    ),
    ...describeAlike(analysis).map(line => `  ${line}`),
    ...findDoubts(analysis).map(doubt => `  doubt: ${doubt}`),
  ]
}

const pixels = (sides: readonly number[]) => sides.map(side => side.toFixed(1)).join('×')

/**
 * Writes analysis.json, and objects.png, which drawThings draws.
 * @returns the files' paths
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE
 */
export async function writeAnalysis (
  folder: string,
  analysis: FootageAnalysis
): Promise<{ readonly json: string; readonly picture: string }> {
  const { frames, scene, steadiness, light, changes, cues, warnings, camera } = analysis
  const paths = { json: join(folder, 'analysis.json'), picture: join(folder, 'objects.png') }
  const facts = {
    frames: frames.count,
    shape: frames.shape,
    stills: scene.stills.length,
    ...(camera === undefined ? {} : { camera: { reach: camera.reach } }),
    gain: scene.gain,
    ...steadiness,
    brightnessDeviation: light.deviation,
    light,
    ...factsOf(cues),
    changes: changes.length,
    warnings,
  }
  await writeFileAtomic(paths.json, `${JSON.stringify(facts, null, 2)}\n`)
  await writeFileAtomic(paths.picture, await drawThings(analysis))
  return paths
}

/** Gives the cues without what is only for the program. */
function factsOf (cues: FootageAnalysis['cues']) {
  if (cues.by === 'colours') return cues
  const { pixelStates, rest, things, ...facts } = cues
  return { ...facts, things: things.map(({ boxes, ...thing }) => thing) }
}
