/** What one can carry off: a link, the numbers, a command, the picture. */
import { effect } from '@preact/signals'
import { writeLink } from '../core/link.js'
import { writeCurl, writeJson, writePython, writeTypescript, type Subject } from '../core/lines.js'
import { apiKey } from './service.js'
import { card, detail, drawn, open, picture, scene, toast, view } from './store.js'

let timer: ReturnType<typeof setTimeout> | undefined
let leaving: ReturnType<typeof setTimeout> | undefined

function linkOf (): string | undefined {
  const [model, current] = [card.value, scene.value]
  if (model === undefined || current === undefined) return undefined
  return writeLink({
    model: model.name,
    version: model.version,
    scene: current,
    open: open.value,
    view: view.value === 'play' ? undefined : view.value,
    detail: detail.value,
  })
}

/** Keeps the address in step with what is shown. */
export function startLinking (): void {
  effect(() => {
    const link = linkOf()
    clearTimeout(timer)
    if (link !== undefined) timer = setTimeout(() => window.history.replaceState(null, '', `${bare()}#${link}`), 250)
  })
}

/** Leaves the address to a link that somebody put there, until something else is shown. */
export function takeAddress (url: string): void {
  clearTimeout(timer)
  // The page may have written its own link over it before it was told.
  window.history.replaceState(null, '', url)
}

const bare = () => location.href.replace(/#.*/, '')

function announce (words: string): void {
  toast.value = words
  clearTimeout(leaving)
  leaving = setTimeout(() => { toast.value = '' }, 2600)
}

async function copy (text: string | undefined, done: string): Promise<void> {
  if (text === undefined) return
  try {
    await navigator.clipboard.writeText(text)
    announce(done)
  } catch {
    // Without TLS, or the permission, browsers have no clipboard: one can copy by hand.
    window.prompt('Copy this:', text)
  }
}

export const copyLink = (): Promise<void> => copy(linkOf() && `${bare()}#${linkOf()}`, 'Link copied.')

/** Copies lines that draw what is in hand. */
function copyLines (write: (subject: Subject) => string, done: string): Promise<void> {
  const [model, current] = [card.value, scene.value]
  if (!model || !current) return Promise.resolve()
  const { name, version, partitions } = model
  const base = new URL('.', document.baseURI).href
  const needsKey = apiKey.value !== ''
  return copy(write({ base, name, version, partitions, latent: current.latent, needsKey }), done)
}

export const copyJson = () => copyLines(writeJson, 'Latent copied.')
export const copyCurl = () => copyLines(writeCurl, 'Command copied.')
export const copyPython = () => copyLines(writePython, 'Python copied.')
export const copyTypescript = () => copyLines(writeTypescript, 'TypeScript copied.')

/** Has the browser keep a file. */
export function saveFile (file: Blob, name: string): void {
  const anchor = document.createElement('a')
  anchor.href = URL.createObjectURL(file)
  anchor.download = name
  anchor.click()
  // The browser may begin to read it after this task.
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000)
  announce(`Saved ${name}.`)
}

/** Has the browser keep a picture as PNG, one pixel for each of the model's. @param pixels [H, W, 4] */
export function savePixels (pixels: Uint8ClampedArray<ArrayBuffer>, width: number, name: string): void {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = pixels.length / 4 / width
  canvas.getContext('2d')!.putImageData(new ImageData(pixels, width), 0, 0)
  canvas.toBlob(blob => { if (blob !== null) saveFile(blob, `${name}.png`) }, 'image/png')
}

export function savePicture (): void {
  const [model, pixels] = [card.value, picture.value]
  if (model && pixels) savePixels(pixels, model.image.width, model.name)
}

/** Saves each layer as it is, with its alpha, from the back on the left to the front. */
export function saveLayers (): void {
  const [model, layers] = [card.value, drawn.value?.layers]
  if (!model || !layers) return
  const { width, height, order, pixels } = layers
  const row = new Uint8ClampedArray(pixels.length)
  order.forEach((_, layer) => {
    for (let y = 0; y < height; y++) {
      const start = (layer * height + y) * width * 4
      row.set(pixels.subarray(start, start + width * 4), (y * order.length + layer) * width * 4)
    }
  })
  savePixels(row, width * order.length, `${model.name}-layers`)
}
