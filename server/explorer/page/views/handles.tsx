import { useEffect, useRef } from 'preact/hooks'
import type { Point } from '../../core/layers.js'
import { axisOf, type HandledUnit } from '../../core/posing.js'
import { moveBy, nudge, putBack, release, take } from '../drag.js'
import { gripOfHandle, handlesNow } from '../grips.js'
import { card, colourOf, dragged, open, said, scene, units } from '../store.js'
import { writeNumber } from './unit-row.js'

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 },
}

/** Gives the pixels that a key moves a thing by: 1, or 10 with Shift. */
export function stepOf ({ key, shiftKey }: KeyboardEvent): Point | undefined {
  const way = ARROWS[key]
  const far = shiftKey ? 10 : 1
  return way && { x: way.x * far, y: way.y * far }
}

/** From the picture's edge, in pixels of the screen: of a handle's middle, and of its name's. */
const EDGE = 10
const NAME = 44

interface Props { readonly unit: HandledUnit, readonly point: Point, readonly scale: number }

/** A point on a posed picture that one drags: the unit follows, so that the picture follows the hand. */
function Handle ({ unit, point, scale }: Props) {
  const from = useRef<{ readonly id: number, readonly x: number, readonly y: number } | undefined>(undefined)
  const { kind, partition, at } = unit
  const { width, height } = card.value!.image
  const axis = axisOf(kind)
  const value = scene.value!.latent[at]!
  const track = units.value.get(partition)?.find(one => one.at === at)
  const isHeld = dragged.value?.handle === kind
  const end = (act: () => void) => () => {
    if (from.current === undefined) return
    from.current = undefined
    act()
  }
  // A handle that goes away while it is held hears nothing of the hand any more.
  useEffect(() => end(release), [])
  const key = (event: KeyboardEvent) => {
    const by = stepOf(event)
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    if (by[axis] === 0) said.value = `${kind}: ${axis === 'x' ? 'left and right' : 'up and down'} only.`
    else nudge(gripOfHandle(unit), by)
  }
  // Inside the picture, and its name too.
  const x = Math.min(Math.max(point.x * scale, EDGE), width * scale - EDGE)
  const y = Math.min(Math.max(point.y * scale, EDGE), height * scale - EDGE)
  const isNameAbove = kind === 'slant' ? y > NAME : y > height * scale - NAME
  const aside = Math.min(Math.max(x, NAME), width * scale - NAME) - x
  return (
    <div
      class={`handle ${kind} ${colourOf(partition)} ${isHeld ? 'held' : ''} ${isNameAbove ? 'named-above' : ''}`}
      style={{ left: `${x}px`, top: `${y}px` }}
      role='slider' tabIndex={0} aria-label={`Handle: ${kind}`} aria-valuenow={Number(value.toFixed(2))}
      aria-valuetext={writeNumber(value)} aria-valuemin={track?.from} aria-valuemax={track?.to}
      aria-orientation={axis === 'x' ? 'horizontal' : 'vertical'} onKeyDown={key}
      onPointerDown={event => {
        event.stopPropagation()
        if (event.button !== 0 || from.current !== undefined || !take(gripOfHandle(unit))) return
        open.value = partition
        from.current = { id: event.pointerId, x: event.clientX, y: event.clientY }
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={event => {
        event.stopPropagation()
        if (from.current?.id !== event.pointerId) return
        moveBy({ x: (event.clientX - from.current.x) / scale, y: (event.clientY - from.current.y) / scale })
      }}
      onPointerUp={end(release)} onPointerCancel={end(putBack)} onLostPointerCapture={end(release)}
    >
      <i />
      <span aria-hidden='true' style={{ left: `${aside}px` }}>
        {kind}{isHeld && dragged.value!.note ? ` ${dragged.value!.note}` : ''}
      </span>
    </div>
  )
}

export function Handles ({ scale }: { readonly scale: number }) {
  const handles = handlesNow()
  return <>{handles.map(({ unit, point }) => <Handle key={unit.kind} unit={unit} point={point} scale={scale} />)}</>
}
