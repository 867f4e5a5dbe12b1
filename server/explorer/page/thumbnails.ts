import type { Sample } from '../core/sample.js'

/** Reads one thumbnail's pixels from the sheet of a sample. @returns [H, W, 4] */
export function readThumbnail (sample: Sample, sheet: ImageBitmap, index: number): Uint8ClampedArray<ArrayBuffer> {
  const { columns, width, height } = sample.sheet
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')!
  context.drawImage(sheet, -(index % columns) * width, -Math.floor(index / columns) * height)
  return new Uint8ClampedArray(context.getImageData(0, 0, width, height).data)
}
