import { useMemo } from 'preact/hooks'
import { boundsOf, layerOf, type Layers } from '../../core/layers.js'
import { card, partitionNamed, type Drawing } from '../store.js'
import { Pixels } from './pixels.js'

interface Picture { readonly pixels: Uint8ClampedArray<ArrayBuffer>, readonly width: number, readonly height: number }

/** Cuts out what a layer draws; of what multiplies all, its colour. */
function cut (layers: Layers, name: string): Picture | undefined {
  const layer = layerOf(layers, name)
  if (layer === undefined) return undefined
  if (name === layers.gain) {
    const grey = [0, 1, 2].map(c => Math.min(255, layer[c]! * 1.06))
    return { pixels: new Uint8ClampedArray([...grey, 255]), width: 1, height: 1 }
  }
  const { left, top, right, bottom } = boundsOf(layers, layer)
  const [width, height] = [right - left, bottom - top]
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * layers.width + left) * 4
    pixels.set(layer.subarray(start, start + width * 4), y * width * 4)
  }
  return { pixels, width, height }
}

/** A layer of a drawing, cut out anew only where the units of its partition are others: no other has a say in it. */
export function LayerPicture ({ drawing, name }: { readonly drawing: Drawing, readonly name: string }) {
  const { layers, latent } = drawing
  const { offset, size } = partitionNamed(name)!
  const units = latent.slice(offset, offset + size).join()
  const picture = useMemo(() => layers && cut(layers, name), [card.value, name, units])
  return picture === undefined ? <span class='thumbnail' /> : <Pixels class='thumbnail' {...picture} />
}
