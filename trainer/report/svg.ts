import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'
import { compactPng } from '../foundation/png.js'

/** Both weights ship with the project, so that a figure looks the same on every host, also on one without fonts. */
const require = createRequire(import.meta.url)
const fontFiles = ['DejaVuSans', 'DejaVuSans-Bold'].map(name => require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`))

export const FONT_FAMILY = 'DejaVu Sans, Verdana, sans-serif'
/** The colour that `currentColor`, in which text and axes are drawn, becomes on the white ground of a PNG. */
const INK = '#24292f'

/** Any text as XML or HTML content, or inside a quoted attribute. */
export function escapeMarkup (text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

/** Draws an SVG on white. @param zoom pixels a unit */
export async function rasterise (svg: string, zoom = 2): Promise<Uint8Array> {
  const image = new Resvg(svg.replaceAll('currentColor', INK), {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: zoom },
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
    logLevel: 'off',
  }).render()
  return await compactPng({
    pixels: image.pixels,
    width: image.width,
    height: image.height,
    channels: 4,
    palette: true,
  })
}
