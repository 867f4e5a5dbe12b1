/** What one can carry off: a link, the numbers, a command, the picture. */
import { effect } from '@preact/signals'
import { writeLink } from '../core/link.js'
import { partitionOf } from '../core/scene.js'
import { curlOf } from './service.js'
import { card, detail, open, picture, scene, toast, view } from './store.js'

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

export function copyJson (): Promise<void> {
  const [model, current] = [card.value, scene.value]
  if (!model || !current) return Promise.resolve()
  const latent = Object.fromEntries(model.partitions.map(partition =>
    [partition.name, partitionOf(current.latent, partition)]))
  return copy(JSON.stringify({ model: model.name, version: model.version, latent }), 'Latent copied.')
}

export function copyCurl (): Promise<void> {
  const [model, current] = [card.value, scene.value]
  return copy(model && current && curlOf(model, current.latent), 'Command copied.')
}

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

export function savePicture (): void {
  const [model, pixels] = [card.value, picture.value]
  if (!model || !pixels) return
  const canvas = document.createElement('canvas')
  canvas.width = model.image.width
  canvas.height = model.image.height
  canvas.getContext('2d')!.putImageData(new ImageData(pixels, model.image.width), 0, 0)
  canvas.toBlob(blob => { if (blob !== null) saveFile(blob, `${model.name}.png`) }, 'image/png')
}
