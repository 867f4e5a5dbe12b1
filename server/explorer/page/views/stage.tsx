import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { hit, layerOf, outline, visibleShare, centreOf, type Point } from '../../core/layers.js'
import { isShown } from '../../core/scene.js'
import { moveBy, nudge, putBack, release, take } from '../drag.js'
import {
  card, colourOf, dragged, drawn, hasDragged, isSlow, lit, numberOf, open, picture, problem, said, scene, titleOfNamed,
} from '../store.js'
import { fitStage, viewport } from '../viewport.js'
import { Disc, Icon } from './icon.js'
import { Pixels } from './pixels.js'
import { Trouble } from './trouble.js'

/** How near to a thing one must point, in pixels of the model. */
const REACH = { mouse: 1.6, touch: 4 }

const isOverThing = signal(false)

const shownNow = (name: string) => scene.value !== undefined && isShown(scene.value, name)

function Outline ({ name, scale }: { readonly name: string, readonly scale: number }) {
  const layers = drawn.value?.layers
  if (layers === undefined || name === layers.gain || layers.order[0] === name) return null
  const share = visibleShare(layers, name, shownNow)
  const path = outline(share, layers.width)
  const top = share.findIndex(value => value >= 0.3)
  const centre = centreOf(layerOf(layers, name)!, layers.width)
  if (top < 0 || centre === undefined) return null
  const y = Math.floor(top / layers.width)
  const x = Math.min(Math.max(centre.x, 60 / scale), layers.width - 60 / scale)
  const note = dragged.value?.name === name ? dragged.value.note : ''
  const style = { left: `${x * scale}px`, top: `${Math.max(y * scale - 38, 4)}px` }
  return (
    <>
      <svg class={`overlay ${colourOf(name)}`} viewBox={`0 0 ${layers.width} ${layers.height}`} aria-hidden='true'>
        {dragged.value?.name === name && (
          <>
            <path class='ghost' d={dragged.value.ghost} />
            <path class='thread' d={`M${dragged.value.from.x} ${dragged.value.from.y}L${centre.x} ${centre.y}`} />
          </>
        )}
        <path class='halo' d={path} /><path class='edge' d={path} />
      </svg>
      <div class='chip' style={style} aria-hidden='true'>
        <Disc colour={colourOf(name)} number={numberOf(name)} />{titleOfNamed(name)}{note && <span>{note}</span>}
      </div>
    </>
  )
}

function Invitation ({ name, scale }: { readonly name: string, readonly scale: number }) {
  const layers = drawn.value?.layers
  const layer = layers && layerOf(layers, name)
  const centre = layers && layer && centreOf(layer, layers.width)
  if (hasDragged.value || centre === undefined || layers === undefined || dragged.value || !shownNow(name)) return null
  const isRight = centre.x > layers.width * 0.55
  const at = { top: `${Math.max(centre.y * scale - 18, 44)}px` }
  const style = isRight
    ? { ...at, right: `${(layers.width - centre.x) * scale + 36}px` }
    : { ...at, left: `${centre.x * scale + 44}px` }
  return <div class='pill' style={style} aria-hidden='true'><Icon name='hand' />Drag the {titleOfNamed(name)}</div>
}

export function Stage () {
  const frame = useRef<HTMLDivElement>(null)
  const from = useRef<Point | undefined>(undefined)
  const current = card.value
  const { width, height } = current?.image ?? { width: 64, height: 48 }
  const scale = fitStage(viewport.value, width, height)
  const layered = current?.links.layers !== undefined

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
    if (from.current !== undefined) {
      const to = pointOf(event)
      moveBy({ x: to.x - from.current.x, y: to.y - from.current.y })
      return
    }
    lit.value = thingAt(event)
    isOverThing.value = lit.value !== undefined && lit.value !== drawn.value?.layers?.order[0]
  }
  const press = (event: PointerEvent) => {
    if (event.button !== 0) return
    const name = thingAt(event)
    if (name === undefined) return
    open.value = name
    if (!take(name)) return
    from.current = pointOf(event)
    frame.current!.setPointerCapture(event.pointerId)
  }
  const drop = () => {
    if (from.current === undefined) return
    from.current = undefined
    release()
  }
  const key = (event: KeyboardEvent) => {
    const arrows: Record<string, Point> = {
      ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 },
    }
    const by = arrows[event.key]
    if (by === undefined || open.value === undefined || !layered) return
    event.preventDefault()
    const far = event.shiftKey ? 10 : 1
    if (!nudge(open.value, { x: by.x * far, y: by.y * far })) {
      said.value = `${titleOfNamed(open.value)} has no place of its own. Its sliders move it.`
    }
  }
  useEffect(() => {
    const node = frame.current!
    const stop = (event: TouchEvent) => { if (from.current !== undefined) event.preventDefault() }
    node.addEventListener('touchmove', stop, { passive: false })
    return () => node.removeEventListener('touchmove', stop)
  }, [])

  const layers = drawn.value?.layers
  const isThing = layers !== undefined && open.value !== layers.gain && open.value !== layers.order[0]
  const invited = isThing ? open.value : undefined
  const marked = dragged.value?.name ?? lit.value ?? (hasDragged.value ? undefined : invited)
  const size = { width: `${width * scale}px`, height: `${height * scale}px` }
  const state = `${dragged.value ? 'grabbing' : isOverThing.value ? 'grab' : ''} ${problem.value ? 'broken' : ''}`
  return (
    <div
      class={`stage ${state}`} style={size} ref={frame} id='picture' tabIndex={0} role='group'
      aria-roledescription={layered ? 'picture with handles' : 'picture'}
      aria-label={layered ? 'The picture. Number keys take a partition, arrow keys move it.' : 'The picture'}
      onPointerMove={move} onPointerDown={press} onPointerUp={drop} onKeyDown={key}
      onPointerCancel={() => {
        from.current = undefined
        putBack()
      }}
      onPointerLeave={() => { if (from.current === undefined) lit.value = undefined }}
    >
      <Pixels class='big' pixels={picture.value} width={width} height={height} />
      {layered && marked !== undefined && <Outline name={marked} scale={scale} />}
      {layered && invited !== undefined && <Invitation name={invited} scale={scale} />}
      {isSlow.value && <div class='slow' aria-hidden='true' />}
      <Trouble />
    </div>
  )
}
