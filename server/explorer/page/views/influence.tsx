import { useEffect, useRef } from 'preact/hooks'
import { acting, card, colourOf, influence, laid, numberOf, partitionNamed, theme } from '../store.js'

/** The most that a partition's colour covers. */
const OPAQUE = 0.7

/** Lays where a partition acts over the picture: its colour, the more the more it acts. */
export function InfluenceOverlay () {
  const canvas = useRef<HTMLCanvasElement>(null)
  const name = laid.value
  const map = name === undefined ? undefined : influence.value?.[numberOf(name) - 1]
  useEffect(() => {
    if (map === undefined || canvas.current === null) return
    const { width, height } = canvas.current
    const colour = getComputedStyle(canvas.current).color.match(/[\d.]+/g)!.map(Number)
    const most = map.reduce((a, b) => Math.max(a, b), 1e-6)
    const pixels = new Uint8ClampedArray(map.length * 4)
    map.forEach((value, i) => { pixels.set([...colour.slice(0, 3), value / most * OPAQUE * 255], i * 4) })
    canvas.current.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0)
  }, [map, name, theme.value])
  if (name === undefined || map === undefined || partitionNamed(name) === undefined) return null
  const { width, height } = card.value!.image
  return (
    <canvas
      ref={canvas} class={`pixels overlay influence ${colourOf(name)}`} width={width} height={height}
      aria-hidden='true'
    />
  )
}

/** How much a partition acts on the pixel that is pointed at. */
export function InfluenceBar ({ name }: { readonly name: string }) {
  const share = acting.value?.[numberOf(name) - 1]
  if (share === undefined) return null
  return (
    <svg class='acting' viewBox='0 0 100 6' preserveAspectRatio='none' aria-hidden='true'>
      <path class='rail' d='M0 3H100' /><path class='bar-of' d={`M0 3H${(share * 100).toFixed(1)}`} />
    </svg>
  )
}
