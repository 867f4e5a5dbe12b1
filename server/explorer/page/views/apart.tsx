import { useEffect, useRef, useState } from 'preact/hooks'
import { layerOf, type Layers } from '../../core/layers.js'
import { edgeOf, layPlanes, planeAt, transformOf } from '../../core/planes.js'
import { isShown } from '../../core/scene.js'
import { colourOf, drawn, lit, numberOf, open, scene, titleOfNamed } from '../store.js'
import { Disc } from './icon.js'
import { Pixels } from './pixels.js'

/** [H, W, 4] of a layer; of what multiplies all, its colour over all. */
function pixelsOf (layers: Layers, name: string): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(layerOf(layers, name)!)
  if (name !== layers.gain) return pixels
  for (let i = 0; i < pixels.length; i += 4) {
    for (let c = 0; c < 3; c++) pixels[i + c] = pixels[i + c]! * 1.06
    pixels[i + 3] = 120
  }
  return pixels
}

/** The layers as tilted planes in the order in which they are painted. Hovering lights one, a click opens its card. */
export function Apart ({ width, height }: { readonly width: number, readonly height: number }) {
  const frame = useRef<HTMLDivElement>(null)
  const [isApart, pull] = useState(false)
  useEffect(() => {
    const first = requestAnimationFrame(() => pull(true))
    return () => cancelAnimationFrame(first)
  }, [])
  const layers = drawn.value?.layers
  const current = scene.value
  if (layers === undefined || current === undefined) return null
  const planes = layPlanes(layers.order.length, width, height)
  const flat = `matrix(${width / layers.width}, 0, 0, ${height / layers.height}, 0, 0)`
  const at = (event: PointerEvent | MouseEvent) => {
    const box = frame.current!.getBoundingClientRect()
    return planeAt(planes, layers, { x: event.clientX - box.left, y: event.clientY - box.top })
  }
  const choose = (name: string | undefined) => { if (name !== undefined) open.value = name }
  return (
    <div
      class='apart' ref={frame} onClick={event => choose(at(event))}
      onPointerMove={event => { lit.value = at(event) }} onPointerLeave={() => { lit.value = undefined }}
    >
      {layers.order.map((name, k) => (
        <div
          key={name} class={`plane ${isShown(current, name) ? '' : 'gone'}`}
          style={{ transform: isApart ? transformOf(planes, k, layers) : flat }}
        ><Pixels pixels={pixelsOf(layers, name)} width={layers.width} height={layers.height} />
        </div>
      ))}
      <svg class={`overlay ${isApart ? '' : 'absent'}`} viewBox={`0 0 ${width} ${height}`} aria-hidden='true'>
        {layers.order.map((name, k) => (
          <path
            key={name} d={edgeOf(planes, k)}
            class={`rim ${colourOf(name)} ${lit.value === name || open.value === name ? 'lit' : ''}`}
          />
        ))}
      </svg>
      {isApart && layers.order.map((name, k) => (
        <button
          key={name} class={`plane-name ${lit.value === name || open.value === name ? 'lit' : ''}`}
          style={{ right: `${width - planes.corners[k]!.x + 8}px`, top: `${planes.corners[k]!.y - 14}px` }}
          aria-pressed={open.value === name} onFocus={() => { lit.value = name }}
          onBlur={() => { lit.value = undefined }} onClick={event => {
            event.stopPropagation()
            choose(name)
          }}
        ><span>{titleOfNamed(name)}</span><Disc colour={colourOf(name)} number={numberOf(name)} />
        </button>
      ))}
    </div>
  )
}
