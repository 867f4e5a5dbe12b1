/** The layers of one picture as the service gives them: RGBA, straight, from the back to the front. */
export interface Layers {
  readonly width: number
  readonly height: number
  /** Names of the partitions, from the back to the front. */
  readonly order: readonly string[]
  /** [layers, H, W, 4] */
  readonly pixels: Uint8Array
  /** The partition that multiplies all others: its layer is transparent. */
  readonly gain?: string | undefined
}

export interface Point { readonly x: number, readonly y: number }

/** The least visible share of a pixel that one can point at. */
const VISIBLE = 0.3

/** Takes what the service sent apart. A layer that is transparent everywhere and in front is the gain. */
export function readLayers (width: number, height: number, order: readonly string[], pixels: Uint8Array): Layers {
  const size = width * height * 4
  const start = (order.length - 1) * size
  let clear = true
  for (let i = start + 3; i < pixels.length && clear; i += 4) clear = pixels[i] === 0
  return { width, height, order, pixels, gain: clear ? order.at(-1) : undefined }
}

/** @returns [H, W, 4] of one layer; undefined for a partition that has none */
export function layerOf ({ width, height, order, pixels }: Layers, name: string): Uint8Array | undefined {
  const size = width * height * 4
  const at = order.indexOf(name)
  return at < 0 ? undefined : pixels.subarray(at * size, (at + 1) * size)
}

/** Lays the layers that are shown over each other (source over). @returns [H, W, 4], straight */
export function compose (layers: Layers, isShown: (name: string) => boolean): Uint8ClampedArray<ArrayBuffer> {
  const size = layers.width * layers.height * 4
  const out = new Uint8ClampedArray(size)
  for (const name of layers.order.filter(name => name !== layers.gain && isShown(name))) {
    const layer = layerOf(layers, name)!
    for (let i = 0; i < size; i += 4) {
      const front = layer[i + 3]! / 255
      const behind = out[i + 3]! / 255 * (1 - front)
      const alpha = front + behind
      if (alpha === 0) continue
      for (let c = i; c < i + 3; c++) out[c] = (layer[c]! * front + out[c]! * behind) / alpha
      out[i + 3] = alpha * 255
    }
  }
  return out
}

/** Computes how much of each pixel a layer is, after those before it have covered it. @returns [H · W] in [0, 1] */
export function visibleShare (layers: Layers, name: string, isShown: (name: string) => boolean): Float32Array {
  const layer = layerOf(layers, name)
  const share = new Float32Array(layers.width * layers.height)
  if (layer === undefined || !isShown(name)) return share
  for (let i = 0; i < share.length; i++) share[i] = layer[i * 4 + 3]! / 255
  for (const other of layers.order.slice(layers.order.indexOf(name) + 1).filter(isShown)) {
    const cover = layerOf(layers, other)!
    for (let i = 0; i < share.length; i++) share[i]! *= 1 - cover[i * 4 + 3]! / 255
  }
  return share
}

/**
 * Computes the centre of what a layer draws, in pixels, weighted by alpha.
 * @returns undefined where it draws nothing
 */
export function centreOf (layer: Uint8Array, width: number): Point | undefined {
  let sum = 0
  let x = 0
  let y = 0
  for (let i = 0; i < layer.length / 4; i++) {
    const alpha = layer[i * 4 + 3]!
    if (alpha < 24) continue // a breath of alpha everywhere would draw the centre to the middle
    sum += alpha
    x += alpha * (i % width + 0.5)
    y += alpha * (Math.floor(i / width) + 0.5)
  }
  return sum === 0 ? undefined : { x: x / sum, y: y / sum }
}

/**
 * Finds what lies at a point: the smallest thing whose visible pixels come within `reach` of it, else what is at the
 * very back.
 */
export function hit (
  layers: Layers, { x, y }: Point, reach: number, isShown: (name: string) => boolean
): string | undefined {
  const { width } = layers
  const things = layers.order.filter(name => name !== layers.gain && isShown(name)).map(name => {
    const share = visibleShare(layers, name, isShown)
    let area = 0
    let nearest = Infinity
    for (let i = 0; i < share.length; i++) {
      if (share[i]! < VISIBLE) continue
      area++
      nearest = Math.min(nearest, Math.hypot(i % width + 0.5 - x, Math.floor(i / width) + 0.5 - y))
    }
    return { name, area, nearest }
  })
  return things.filter(({ nearest }) => nearest <= reach).sort((a, b) => a.area - b.area)[0]?.name
}

/** Draws the edge around the pixels of a mask, as the path of an SVG in pixels. */
export function outline (share: ArrayLike<number>, width: number, least = VISIBLE): string {
  const height = share.length / width
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && share[y * width + x]! >= least
  let path = ''
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x <= width; x++) {
      if (inside(x, y) !== inside(x, y - 1)) path += `M${x} ${y}h1`
      if (inside(x, y) !== inside(x - 1, y)) path += `M${x} ${y}v1`
    }
  }
  return path
}

/** Finds the box around what a layer draws, or the whole picture. */
export function boundsOf ({ width, height }: Layers, layer: Uint8Array) {
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let i = 0; i < width * height; i++) {
    if (layer[i * 4 + 3]! < 255 * VISIBLE) continue
    const [x, y] = [i % width, Math.floor(i / width)]
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y + 1)
  }
  return left < right ? { left, top, right, bottom } : { left: 0, top: 0, right: width, bottom: height }
}
