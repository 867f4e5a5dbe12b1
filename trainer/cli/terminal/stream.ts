/** Takes what is written: a terminal or a file. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write (text: string): unknown
}

/** Columns of a terminal that does not say how wide it is. */
const USUAL_COLUMNS = 80

/** Gives the characters that fit on a line of a terminal. One column is spared: a full line would wrap. */
export function widthOf ({ columns = 0 }: OutputStream): number {
  return Math.max(1, (columns > 0 ? columns : USUAL_COLUMNS) - 1)
}
