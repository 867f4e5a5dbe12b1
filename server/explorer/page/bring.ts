/** Images that one makes here: drawn by hand, or by a camera. Encoded as they come, the newest wins. */
import { signal } from '@preact/signals'
import { sourceOf } from '@partition-vae/models/portable'
import { brushOf, fitAsDigit, rasterise, type Stroke } from '../core/drawing.js'
import { encodeImage, holdHistory, releaseHistory } from './actions.js'
import { card } from './store.js'

/** What is open to make an image with. */
export const making = signal<'draw' | 'camera' | undefined>()

/** The longest side of a picture that one can draw. */
const MOST = 64

/** Whether the model's pictures can be drawn with a white pen. */
export function isDrawable (): boolean {
  const image = card.value?.image
  return image !== undefined && image.channels === 1 && Math.max(image.width, image.height) <= MOST
}

export const hasCamera = (): boolean => navigator.mediaDevices?.getUserMedia !== undefined

/** Opens what makes an image; all that it brings is one step for undo. */
export function startMaking (what: 'draw' | 'camera'): void {
  if (making.peek() !== undefined) stopMaking()
  making.value = what
}

export function stopMaking (): void {
  making.value = undefined
  releaseHistory()
}

let waiting: (() => Promise<Blob | undefined>) | undefined
let busy = false

/** Encodes an image; while one is on its way, the newest waits. */
async function bring (make: () => Promise<Blob | undefined>): Promise<void> {
  waiting = make
  if (busy) return
  busy = true
  while (waiting !== undefined) {
    const next = waiting
    waiting = undefined
    const image = await next().catch(() => undefined)
    if (image === undefined) continue
    if (making.peek() !== undefined) holdHistory()
    await encodeImage(image)
  }
  busy = false
}

/** Encodes what was drawn: where the model learnt MNIST's digits, sized and centred as those are. */
export function bringDrawing (strokes: readonly Stroke[]): void {
  const model = card.peek()
  if (model === undefined || strokes.length === 0) return
  const { width, height } = model.image
  bring(async () => {
    const fitted = sourceOf(model) === 'mnist' ? fitAsDigit(strokes, width, height) : strokes
    const light = rasterise(fitted, width, height, brushOf(width, height))
    const pixels = new Uint8ClampedArray(light.length * 4).fill(255)
    light.forEach((value, i) => pixels.fill(value, i * 4, i * 4 + 3))
    const canvas = new OffscreenCanvas(width, height)
    canvas.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0)
    return new File([await canvas.convertToBlob({ type: 'image/png' })], 'drawing.png')
  })
}

/** The longest side of what is taken of a camera's picture. */
const LONGEST = 480

/** Encodes the middle of what a camera shows, in the shape of the model's images. */
export function bringFrame (video: HTMLVideoElement, isInverted: boolean): Promise<void> {
  const image = card.peek()?.image
  if (image === undefined || video.videoWidth === 0) return Promise.resolve()
  return bring(async () => {
    const ratio = image.width / image.height
    const wide = Math.min(video.videoWidth, video.videoHeight * ratio)
    const high = wide / ratio
    const scale = Math.min(1, LONGEST / Math.max(wide, high))
    const canvas = new OffscreenCanvas(Math.round(wide * scale), Math.round(high * scale))
    const context = canvas.getContext('2d')!
    context.drawImage(video, (video.videoWidth - wide) / 2, (video.videoHeight - high) / 2, wide, high, 0, 0,
      canvas.width, canvas.height)
    if (isInverted) {
      context.globalCompositeOperation = 'difference'
      context.fillStyle = '#fff'
      context.fillRect(0, 0, canvas.width, canvas.height)
    }
    return new File([await canvas.convertToBlob({ type: 'image/png' })], 'camera.png')
  })
}
