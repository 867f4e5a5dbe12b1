import { largestChange, type InfluenceMap } from '../latents/influence.js'
import { rampColour } from './colour-ramp.js'

/**
 * `common`: one scale for all maps, so that they compare. `own`: each up to its own largest change, so that faint ones
 * show.
 */
export const INFLUENCE_SCALES = ['common', 'own'] as const
export type InfluenceScale = typeof INFLUENCE_SCALES[number]

/**
 * Colours maps of influence, from no change (light) to the scale's largest (dark).
 * @returns 8 bit RGB, [maps, H, W, 3]
 */
export function colourInfluence (maps: readonly InfluenceMap[], scale: InfluenceScale): Uint8Array {
  const largest = largestChange(maps)
  const colours = new Uint8Array(3 * maps.reduce((pixels, { change }) => pixels + change.length, 0))
  let at = 0
  for (const map of maps) {
    const most = scale === 'common' ? largest : largestChange([map])
    for (const value of map.change) {
      colours.set(rampColour(most > 0 ? value / most : 0), at)
      at += 3
    }
  }
  return colours
}
