import { boundsOf, layerOf, type Layers } from '../../core/layers.js'
import { Pixels } from './pixels.js'

/** What one layer draws, cut out; of what multiplies all, its colour. */
export function LayerPicture ({ layers, name }: { readonly layers: Layers, readonly name: string }) {
  const layer = layerOf(layers, name)
  if (layer === undefined) return <span class='thumbnail' />
  if (name === layers.gain) {
    const grey = [0, 1, 2].map(c => Math.min(255, layer[c]! * 1.06))
    return <Pixels class='thumbnail' pixels={new Uint8ClampedArray([...grey, 255])} width={1} height={1} />
  }
  const { left, top, right, bottom } = boundsOf(layers, layer)
  const [width, height] = [right - left, bottom - top]
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * layers.width + left) * 4
    pixels.set(layer.subarray(start, start + width * 4), y * width * 4)
  }
  return <Pixels class='thumbnail' pixels={pixels} width={width} height={height} />
}
