/** A sentence of the verdict, and what to try next where it is a worrying one. */
export interface Finding {
  readonly kind: 'good' | 'worrying'
  readonly text: string
  readonly next?: string
}

export const good = (text: string): Finding => ({ kind: 'good', text })
export const worrying = (text: string, next?: string): Finding => ({
  kind: 'worrying',
  text,
  ...(next === undefined ? {} : { next }),
})
/** Writes a share as a percentage: whole, or to a tenth below 1%. */
export const percent = (share: number) => `${share < 0.01 ? (100 * share).toFixed(1) : Math.round(100 * share)}%`
/** Writes a number to hundredths. */
export const two = (value: number) => value.toFixed(2)
