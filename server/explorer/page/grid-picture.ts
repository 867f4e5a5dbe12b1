/** The grid of a traversal as one picture, with the headings that the page shows. */
import { writeStep } from '../core/traversal.js'
import { saveFile } from './take-away.js'
import { card, colourOf } from './store.js'
import { columns, HEADINGS, mode, nameRow, pictures, rows } from './traverse.js'

const GAP = 4
const NAMES = 150
const HEAD = 28
const FONT = '12px system-ui, "DejaVu Sans", sans-serif'
/** Cells become at least so wide, by whole pixels of the screen for each of the model's. */
const LEAST_WIDTH = 64

/** Looks up the colour of a variable where a class gives it its value. */
function colour (name: string, kind = ''): string {
  const probe = document.createElement('i')
  probe.className = kind
  document.body.append(probe)
  const value = getComputedStyle(probe).getPropertyValue(name)
  probe.remove()
  return value
}

/** Magnifies a picture by whole pixels. @param pixels [H, W, 4] */
function toCanvas (pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0)
  return canvas
}

/** Saves what is drawn of the grid. */
export function saveGrid (): void {
  const model = card.peek()
  if (model === undefined) return
  const { width, height } = model.image
  const zoom = Math.max(1, Math.ceil(LEAST_WIDTH / width))
  const [across, down] = [width * zoom + GAP, height * zoom + GAP]
  const canvas = document.createElement('canvas')
  canvas.width = NAMES + columns.peek().length * across
  canvas.height = HEAD + rows.peek().length * down
  const context = canvas.getContext('2d')!
  context.fillStyle = colour('--bg')
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingEnabled = false
  context.font = FONT
  context.textBaseline = 'middle'
  const [text, muted] = [colour('--text'), colour('--muted')]
  const write = (words: string, x: number, y: number, fill: string, align: CanvasTextAlign) => {
    context.fillStyle = fill
    context.textAlign = align
    context.fillText(words, x, y, NAMES - 24)
  }
  write(HEADINGS[mode.peek()], 12, HEAD / 2, muted, 'left')
  columns.peek().forEach((value, column) => {
    write(writeStep(value), NAMES + column * across + across / 2, HEAD / 2, muted, 'center')
  })
  rows.peek().forEach((row, i) => {
    const top = HEAD + i * down
    const { name, note } = nameRow(row)
    context.fillStyle = colour('--c', colourOf(row.partition.name))
    context.fillRect(0, top + 2, 4, down - GAP - 4)
    write(name, 12, top + down / 2 - 9, text, 'left')
    write(note, 12, top + down / 2 + 7, muted, 'left')
    pictures.peek().get(row.key)?.forEach((pixels, column) => {
      const left = NAMES + column * across
      context.drawImage(toCanvas(pixels, width, height), left, top, width * zoom, height * zoom)
    })
  })
  canvas.toBlob(file => { if (file !== null) saveFile(file, `${model.name}-${mode.peek()}.png`) }, 'image/png')
}
