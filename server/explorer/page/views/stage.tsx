import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { hit, type Point } from '../../core/layers.js'
import { isShown } from '../../core/scene.js'
import { moveBy, nudge, putBack, release, take } from '../drag.js'
import { gripOf, hasPlace } from '../grips.js'
import { movePointed, sayPointed } from '../pointing.js'
import {
  apart, card, dragged, drawn, hasDragged, influence, isLayered, isSlow, lit, open, picture, pointed, problem, said,
  scene, titleOfNamed,
} from '../store.js'
import { fitStage, viewport } from '../viewport.js'
import { Apart } from './apart.js'
import { Handles, stepOf } from './handles.js'
import { InfluenceOverlay } from './influence.js'
import { Invitation } from './invitation.js'
import { Outline } from './outline.js'
import { Pixels } from './pixels.js'
import { Trouble } from './trouble.js'

/** How near to a thing one must point, in pixels of the model. */
const REACH = { mouse: 1.6, touch: 4 }

const isOverThing = signal(false)

const shownNow = (name: string) => scene.value !== undefined && isShown(scene.value, name)

/** Says what the picture is, and what keys do on it. */
function describeStage (): { readonly role: string, readonly label: string } {
  if (isLayered.value) {
    return { role: 'picture with handles', label: 'The picture. Number keys take a partition, arrow keys move it.' }
  }
  return { role: 'picture', label: 'The picture. Arrow keys point at a pixel, and say which partition acts on it.' }
}

export function Stage () {
  const frame = useRef<HTMLDivElement>(null)
  /** The finger or mouse that holds something, and where it took it. */
  const held = useRef<{ readonly id: number, readonly from: Point } | undefined>(undefined)
  const { width, height } = card.value?.image ?? { width: 64, height: 48 }
  const scale = fitStage(viewport.value, width, height)
  const layered = isLayered.value
  const isApart = layered && apart.value

  const pointOf = (event: PointerEvent): Point => {
    const box = frame.current!.getBoundingClientRect()
    return { x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale }
  }
  const thingAt = (event: PointerEvent) => {
    const layers = drawn.value?.layers
    const reach = event.pointerType === 'touch' ? REACH.touch : REACH.mouse
    return layers && hit(layers, pointOf(event), reach, shownNow)
  }
  const move = (event: PointerEvent) => {
    if (isApart) return
    if (held.current !== undefined) {
      const to = pointOf(event)
      if (event.pointerId === held.current.id) moveBy({ x: to.x - held.current.from.x, y: to.y - held.current.from.y })
      return
    }
    if (layered) {
      lit.value = thingAt(event)
      isOverThing.value = lit.value !== undefined
    } else if (influence.value !== undefined) {
      const { x, y } = pointOf(event)
      const [column, row] = [Math.floor(x), Math.floor(y)]
      const isInside = column >= 0 && row >= 0 && column < width && row < height
      pointed.value = isInside ? { x: column, y: row } : undefined
    }
  }
  const press = (event: PointerEvent) => {
    if (event.button !== 0 || held.current !== undefined || isApart) return
    const name = thingAt(event)
    if (name === undefined) return
    open.value = name
    if (!take(gripOf(name))) return
    held.current = { id: event.pointerId, from: pointOf(event) }
    frame.current!.setPointerCapture(event.pointerId)
  }
  const end = (act: () => void) => (event: PointerEvent) => {
    if (held.current?.id !== event.pointerId) return
    held.current = undefined
    act()
  }
  // A picture that goes away while one holds something on it hears nothing of the hand any more.
  useEffect(() => () => {
    if (held.current === undefined) return
    held.current = undefined
    release()
  }, [])
  const key = (event: KeyboardEvent) => {
    const by = stepOf(event)
    if (by === undefined || isApart || event.target !== frame.current) return
    event.preventDefault()
    if (!layered) return movePointed(by)
    if (open.value === undefined) return
    const grip = gripOf(open.value)
    if (grip === undefined || !nudge(grip, by)) {
      said.value = `${titleOfNamed(open.value)} has no place of its own. Its sliders move it.`
    }
  }
  useEffect(() => {
    const node = frame.current!
    const stop = (event: TouchEvent) => {
      const isThing = dragged.peek()?.ghost !== '' || dragged.peek()?.handle !== undefined
      if (held.current !== undefined && isThing) event.preventDefault()
    }
    node.addEventListener('touchmove', stop, { passive: false })
    return () => node.removeEventListener('touchmove', stop)
  }, [])

  const layers = drawn.value?.layers
  const first = layers !== undefined && open.value !== undefined && hasPlace(layers, open.value) && !hasDragged.value
    ? open.value
    : undefined
  const marked = dragged.value?.name ?? lit.value ?? first
  const size = { width: `${width * scale}px`, height: `${height * scale}px` }
  const hand = dragged.value ? 'grabbing' : isOverThing.value && layered && !isApart ? 'grab' : ''
  const { role, label } = describeStage()
  return (
    <div
      class={`stage ${hand} ${problem.value ? 'broken' : ''} ${isApart ? 'is-apart' : ''}`} style={size} ref={frame}
      id='picture' tabIndex={0} role='group' aria-roledescription={role} aria-label={label}
      onPointerMove={move} onPointerDown={press} onPointerUp={end(release)} onPointerCancel={end(putBack)}
      onLostPointerCapture={end(release)}
      onKeyDown={key} onKeyUp={event => { if (!layered && stepOf(event)) sayPointed() }}
      onBlur={() => { pointed.value = undefined }}
      onPointerLeave={() => {
        if (held.current !== undefined) return
        lit.value = undefined
        pointed.value = undefined
      }}
    >
      <Pixels class='big' pixels={picture.value} width={width} height={height} />
      {!layered && <InfluenceOverlay />}
      {!layered && pointed.value && (
        <svg class='overlay' viewBox={`0 0 ${width} ${height}`} aria-hidden='true'>
          <path class='halo' d={`M${pointed.value.x} ${pointed.value.y}h1v1h-1z`} />
          <path class='cross' d={`M${pointed.value.x} ${pointed.value.y}h1v1h-1z`} />
        </svg>
      )}
      {layered && !isApart && marked !== undefined && <Outline name={marked} scale={scale} />}
      {isApart && <Apart width={width * scale} height={height * scale} />}
      {!layered && <Handles scale={scale} />}
      {!isApart && <Invitation scale={scale} />}
      {isSlow.value && <div class='slow' aria-hidden='true' />}
      <Trouble />
    </div>
  )
}
