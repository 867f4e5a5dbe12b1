import { useEffect, useRef } from 'preact/hooks'
import type { Sample } from '../../core/sample.js'
import { sheet } from '../store.js'

/** A thumbnail of the sample. */
export function SamplePicture ({ data, row }: { readonly data: Sample, readonly row: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { columns, width, height } = data.sheet
  useEffect(() => {
    const [x, y] = [row % columns * width, Math.floor(row / columns) * height]
    canvas.current!.getContext('2d')!.drawImage(sheet.value!, x, y, width, height, 0, 0, width, height)
  }, [data, row])
  return <canvas ref={canvas} class='pixels' width={width} height={height} aria-hidden='true' />
}

/** Names a test image, with its class where it has one. */
export const nameSample = ({ classes }: Sample, row: number): string =>
  `Test image ${row + 1}${classes === undefined ? '' : `, class ${classes[row]}`}`
