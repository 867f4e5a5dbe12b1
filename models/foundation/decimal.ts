/** A finite decimal number as people write it. Not '', '007', '0x10' or 'Infinity', which `Number` would take. */
export const DECIMAL = /^[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** Reads a number as people write it; NaN for any other text. What is beyond all numbers becomes Infinity. */
export function decimalFromText (text: string): number {
  return DECIMAL.test(text) ? Number(text) : NaN
}
