/** Light to dark blue in even steps of lightness: readable in print, in grey and with any colour vision. */
const STOPS = [[247, 250, 253], [196, 218, 240], [126, 174, 220], [58, 119, 184], [18, 62, 122]] as const

/** 0 … 1 → 8 bit RGB, light … dark. Values outside are clamped. */
export function rampColour (value: number): [red: number, green: number, blue: number] {
  const position = Math.min(1, Math.max(0, value)) * (STOPS.length - 1)
  const low = Math.min(STOPS.length - 2, Math.floor(position))
  const channel = (c: 0 | 1 | 2) =>
    Math.round(STOPS[low]![c] + (STOPS[low + 1]![c] - STOPS[low]![c]) * (position - low))
  return [channel(0), channel(1), channel(2)]
}
