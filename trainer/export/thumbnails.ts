import { pixelCount, type ImageShape } from '@partition-vae/models'
import { lossyWebp } from '../foundation/png.js'

/** The longest side of a thumbnail, in pixels. */
const SIDE = 32

/** A sheet of small pictures of many images, row by row without gaps. */
export interface ThumbnailSheet {
  readonly file: Uint8Array
  readonly type: 'image/webp'
  /** Thumbnails in a row. */
  readonly columns: number
  /** Of a thumbnail, in pixels. */
  readonly width: number
  readonly height: number
}

/** Collects images, batch by batch, and draws them small on one sheet. */
export class Thumbnails {
  readonly #image: ImageShape
  readonly #factor: number
  readonly #columns: number
  readonly #height: number
  readonly #width: number
  readonly #sheet: Uint8Array

  /** @param count of images that will be added */
  constructor (image: ImageShape, count: number) {
    this.#image = image
    this.#factor = Math.ceil(Math.max(image.height, image.width) / SIDE)
    this.#height = Math.ceil(image.height / this.#factor)
    this.#width = Math.ceil(image.width / this.#factor)
    this.#columns = Math.min(count, Math.ceil(Math.sqrt(count * this.#height / this.#width)))
    const rows = Math.ceil(count / this.#columns)
    this.#sheet = new Uint8Array(this.#columns * rows * this.#height * this.#width * image.channels)
  }

  /** Draws images, 8 bit [n, H, W, C], in places from `start` on: each pixel is the mean of those that it covers. */
  add (start: number, images: Uint8Array): void {
    const { height, width, channels } = this.#image
    const factor = this.#factor
    for (let i = 0; i < images.length / pixelCount(this.#image); i++) {
      const place = start + i
      const top = Math.floor(place / this.#columns) * this.#height
      const left = (place % this.#columns) * this.#width
      for (let y = 0; y < this.#height; y++) {
        for (let x = 0; x < this.#width; x++) {
          const bottom = Math.min(height, (y + 1) * factor)
          const right = Math.min(width, (x + 1) * factor)
          for (let channel = 0; channel < channels; channel++) {
            let sum = 0
            for (let row = y * factor; row < bottom; row++) {
              for (let column = x * factor; column < right; column++) {
                sum += images[((i * height + row) * width + column) * channels + channel]!
              }
            }
            const area = (bottom - y * factor) * (right - x * factor)
            const to = ((top + y) * this.#columns * this.#width + left + x) * channels + channel
            this.#sheet[to] = Math.round(sum / area)
          }
        }
      }
    }
  }

  async finish (): Promise<ThumbnailSheet> {
    const width = this.#columns * this.#width
    const { channels } = this.#image
    const height = this.#sheet.length / (width * channels)
    return {
      file: await lossyWebp({ pixels: this.#sheet, width, height, channels: channels as 1 | 3 }),
      type: 'image/webp',
      columns: this.#columns,
      width: this.#width,
      height: this.#height,
    }
  }
}
