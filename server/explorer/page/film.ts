/** A mix as a film: its frames, and files made of them. */
import { atPhase, mixLatents } from '../core/mix.js'
import type { Mix } from '../core/scene.js'
import { toRgba } from './draw-loop.js'
import { TAKES } from './mix.js'
import type { Card } from './service.js'
import { decode } from './source.js'

export type Kind = 'webm' | 'gif' | 'strip'

/** In a second. */
const FRAMES = 25
/** Pictures of a strip. */
const COLUMNS = 11
/** So wide at least, in pixels, by whole numbers of pixels for each of the model's. */
const WIDTHS: Readonly<Record<Kind, number>> = { webm: 480, gif: 320, strip: 84 }
/** Latents in one request. */
const BATCH = 16

/** Decodes what lies between A and the mix. @returns RGBA of each */
async function decodeFrames (card: Card, mix: Mix, count: number): Promise<Array<Uint8ClampedArray<ArrayBuffer>>> {
  const latents = Array.from({ length: count }, (_, i) => mixLatents(atPhase(mix, i / (count - 1)), card.partitions))
  const frames: Array<Uint8ClampedArray<ArrayBuffer>> = []
  for (let i = 0; i < count; i += BATCH) {
    const batch = latents.slice(i, i + BATCH)
    const bytes = await decode(card, batch)
    const size = bytes.length / batch.length
    batch.forEach((_, k) => frames.push(toRgba(bytes.subarray(k * size, (k + 1) * size), card.image.channels)))
  }
  return frames
}

/** Enlarges by whole numbers, without smoothing. */
function enlarge (pixels: Uint8ClampedArray<ArrayBuffer>, { image: { width, height } }: Card, scale: number) {
  const small = new OffscreenCanvas(width, height)
  small.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0)
  const canvas = document.createElement('canvas')
  canvas.width = width * scale
  canvas.height = height * scale
  const context = canvas.getContext('2d')!
  context.imageSmoothingEnabled = false
  context.drawImage(small, 0, 0, canvas.width, canvas.height)
  return canvas
}

async function makeStrip (pictures: readonly HTMLCanvasElement[]): Promise<Blob> {
  const [{ width, height }] = pictures as [HTMLCanvasElement]
  const strip = new OffscreenCanvas(width * pictures.length, height)
  const context = strip.getContext('2d')!
  pictures.forEach((picture, i) => context.drawImage(picture, i * width, 0))
  return await strip.convertToBlob({ type: 'image/png' })
}

async function makeGif (pictures: readonly HTMLCanvasElement[]): Promise<Blob> {
  const { encode } = await import('modern-gif')
  const [{ width, height }] = pictures as [HTMLCanvasElement]
  const frames = pictures.map((picture, i) => ({
    data: picture.getContext('2d')!.getImageData(0, 0, width, height).data,
    // The last stays, so that one sees where it went.
    delay: i === pictures.length - 1 ? 1000 : 1000 / FRAMES,
  }))
  return await encode({ width, height, frames, looped: true, maxColors: 255, format: 'blob' })
}

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

/** Records the frames in the time that they take. Safari knows no WebM: it gives MP4. */
async function makeFilm (pictures: readonly HTMLCanvasElement[]): Promise<Blob> {
  const [{ width, height }] = pictures as [HTMLCanvasElement]
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d')!
  context.drawImage(pictures[0]!, 0, 0)
  const type = ['video/webm;codecs=vp9', 'video/webm', 'video/mp4'].find(type => MediaRecorder.isTypeSupported(type))
  const stream = canvas.captureStream(FRAMES)
  const recorder = new MediaRecorder(stream, { ...type && { mimeType: type }, videoBitsPerSecond: 4e6 })
  const parts: Blob[] = []
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
  const stopped = new Promise(resolve => recorder.addEventListener('stop', resolve, { once: true }))
  recorder.start()
  const began = performance.now()
  for (const [i, picture] of pictures.entries()) {
    await pause(began + i * 1000 / FRAMES - performance.now())
    context.drawImage(picture, 0, 0)
  }
  await pause(4 * 1000 / FRAMES)
  recorder.stop()
  await stopped
  stream.getTracks().forEach(track => track.stop())
  return new Blob(parts, { type: recorder.mimeType.replace(/;.*/, '') })
}

/** Makes a file of a mix. @returns it with the ending of its name */
export async function makeFile (card: Card, mix: Mix, kind: Kind): Promise<{ file: Blob, ending: string }> {
  const frames = await decodeFrames(card, mix, kind === 'strip' ? COLUMNS : TAKES / 1000 * FRAMES)
  const scale = Math.max(1, Math.ceil(WIDTHS[kind] / card.image.width))
  const pictures = frames.map(pixels => enlarge(pixels, card, scale))
  const file = await { strip: makeStrip, gif: makeGif, webm: makeFilm }[kind](pictures)
  return { file, ending: kind === 'strip' ? 'strip.png' : file.type.replace('video/', '').replace('image/', '') }
}
