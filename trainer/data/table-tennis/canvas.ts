export type Colour = readonly [red: number, green: number, blue: number]

/**
 * A picture being painted. Shapes have coordinates in units; `scale` output pixels make a unit. The coverage of a pixel
 * is clamp(0.5 − signed distance of its centre in output pixels, 0, 1), so that edges are as sharp at any size.
 */
export interface Canvas {
  readonly height: number
  readonly width: number
  readonly scale: number
  /** RGB in [0, 1], [H, W, 3]. */
  readonly image: Float32Array
}

/** The share of a pixel inside a shape. `distance`: signed, in output pixels, negative inside. */
export function coverageAt (distance: number): number {
  return distance <= -0.5 ? 1 : distance >= 0.5 ? 0 : 0.5 - distance
}

export interface Ellipse {
  readonly x: number
  readonly y: number
  /** Semi-axes before the rotation. */
  readonly a: number
  readonly b: number
  /** Radians; positive turns the x axis towards y, which points downwards. */
  readonly angle?: number
}

/**
 * Lays a colour over the picture with opacity `alpha`. `mask`: [H, W], raised to the ellipse's coverage where that is
 * larger.
 */
export function paintEllipse (
  canvas: Canvas,
  { x, y, a, b, angle = 0 }: Ellipse,
  colour: Colour,
  alpha = 1,
  mask?: Float32Array
): void {
  const { width, scale } = canvas
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  // Where the distance (q − 1) / |∇q| is below half a pixel: |∇q| ≤ 1 / min(a, b), so q is below this there.
  const reach = 1 + 0.5 / (scale * Math.min(a, b))
  const { top, bottom, left, right } = boxOf(
    canvas,
    x,
    y,
    reach * Math.hypot(a * cos, b * sin),
    reach * Math.hypot(a * sin, b * cos)
  )
  for (let row = top; row < bottom; row++) {
    const dy = (row + 0.5) / scale - y
    for (let column = left; column < right; column++) {
      const dx = (column + 0.5) / scale - x
      const u = (cos * dx + sin * dy) / a
      const v = (cos * dy - sin * dx) / b
      // First-order distance to the level q = 1 (Taubin 1991); the constants keep it finite at the centre.
      const q = Math.sqrt(u * u + v * v + 1e-9)
      const gradient = Math.sqrt((u / a) * (u / a) + (v / b) * (v / b) + 1e-9) / q
      const coverage = coverageAt(((q - 1) / Math.max(gradient, 1e-3)) * scale)
      if (coverage > 0) blend(canvas, row * width + column, coverage * alpha, colour)
      if (mask !== undefined && coverage > mask[row * width + column]!) mask[row * width + column] = coverage
    }
  }
}

/**
 * Pixel ranges that hold everything within `halfWidth` and `halfHeight` units of a point, cut at the canvas. Ends are
 * exclusive.
 */
export function boxOf ({ height, width, scale }: Canvas, x: number, y: number, halfWidth: number, halfHeight: number) {
  return {
    top: Math.max(0, Math.floor((y - halfHeight) * scale - 0.5)),
    bottom: Math.min(height, Math.ceil((y + halfHeight) * scale + 0.5)),
    left: Math.max(0, Math.floor((x - halfWidth) * scale - 0.5)),
    right: Math.min(width, Math.ceil((x + halfWidth) * scale + 0.5)),
  }
}

/** Lays a colour over one pixel. `pixel`: row · width + column. */
export function blend ({ image }: Canvas, pixel: number, alpha: number, [red, green, blue]: Colour): void {
  const i = 3 * pixel
  image[i] = image[i]! * (1 - alpha) + red * alpha
  image[i + 1] = image[i + 1]! * (1 - alpha) + green * alpha
  image[i + 2] = image[i + 2]! * (1 - alpha) + blue * alpha
}

/** Hue (1 is a full turn), saturation and value → RGB, all in [0, 1]. */
export function fromHsv (hue: number, saturation: number, value: number): Colour {
  const channel = (n: number): number => {
    const k = (n + hue * 6) % 6
    return value - value * saturation * Math.min(1, Math.max(0, Math.min(k, 4 - k)))
  }
  return [channel(5), channel(3), channel(1)]
}
