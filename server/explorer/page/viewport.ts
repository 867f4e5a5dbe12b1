import { signal } from '@preact/signals'

export const viewport = signal({ width: innerWidth, height: innerHeight })

addEventListener('resize', () => { viewport.value = { width: innerWidth, height: innerHeight } })

/** Chooses how many pixels of the screen one of the model has: a whole number, except where a phone's width decides. */
export function fitStage ({ width, height }: { width: number, height: number }, columns: number, rows: number): number {
  if (width <= 640) return Math.min(width / columns, Math.max(height * 0.48, 260) / rows)
  const wide = width >= 1200 ? width - 24 * 3 - 440 : width - 16 * 3 - Math.min(360, width * 0.44)
  const high = width >= 1200 ? Math.max(height - 224, 280) : 480
  return Math.max(1, Math.floor(Math.min(wide / columns, high / rows)))
}
