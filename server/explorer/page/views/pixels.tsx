import { useLayoutEffect, useRef } from 'preact/hooks'

interface Props {
  /** [H, W, 4] */
  readonly pixels: Uint8ClampedArray<ArrayBuffer> | undefined
  readonly width: number
  readonly height: number
  readonly label?: string
  readonly class?: string
}

/** Bare pixels on a canvas. */
export function Pixels ({ pixels, width, height, label, class: name }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    if (pixels?.length !== width * height * 4) return
    canvas.current!.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0)
  }, [pixels, width, height])
  const names = label === undefined ? { 'aria-hidden': true } : { role: 'img' as const, 'aria-label': label }
  return <canvas ref={canvas} class={`pixels ${name ?? ''}`} width={width} height={height} {...names} />
}
