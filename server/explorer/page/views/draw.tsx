import { useEffect, useRef } from 'preact/hooks'
import { brushOf, type Stroke } from '../../core/drawing.js'
import type { Point } from '../../core/layers.js'
import { bringDrawing } from '../bring.js'
import { card } from '../store.js'
import { Maker } from './maker.js'

/** The panel's canvas, in pixels of the screen, along the picture's longer side. */
const LONG = 280

/** A black sheet to draw on with a white pen. What is drawn is encoded as one draws. */
export function Draw () {
  const sheet = useRef<HTMLCanvasElement>(null)
  const strokes = useRef<Stroke[]>([])
  const hand = useRef<number | undefined>(undefined)
  const { width, height } = card.value!.image
  const scale = LONG / Math.max(width, height)

  const wipe = () => {
    strokes.current = []
    const context = sheet.current!.getContext('2d')!
    context.fillStyle = '#000'
    context.fillRect(0, 0, sheet.current!.width, sheet.current!.height)
  }
  useEffect(wipe, [card.value])

  const pointOf = (event: PointerEvent): Point => {
    const box = sheet.current!.getBoundingClientRect()
    return { x: (event.clientX - box.left) / box.width * width, y: (event.clientY - box.top) / box.height * height }
  }
  const line = (from: Point, to: Point) => {
    const context = sheet.current!.getContext('2d')!
    Object.assign(context, {
      lineCap: 'round',
      lineWidth: brushOf(width, height) * scale,
      strokeStyle: '#fff',
      shadowColor: '#fff',
      shadowBlur: 4,
    })
    context.beginPath()
    context.moveTo(from.x * scale, from.y * scale)
    context.lineTo(to.x * scale, to.y * scale + 0.01)
    context.stroke()
  }
  const press = (event: PointerEvent) => {
    if (event.button !== 0 || hand.current !== undefined) return
    hand.current = event.pointerId
    sheet.current!.setPointerCapture(event.pointerId)
    const point = pointOf(event)
    strokes.current = [...strokes.current, [point]]
    line(point, point)
    bringDrawing(strokes.current)
  }
  const move = (event: PointerEvent) => {
    if (event.pointerId !== hand.current) return
    const last = strokes.current.at(-1)!
    const point = pointOf(event)
    strokes.current = [...strokes.current.slice(0, -1), [...last, point]]
    line(last.at(-1)!, point)
    bringDrawing(strokes.current)
  }
  const lift = (event: PointerEvent) => { if (event.pointerId === hand.current) hand.current = undefined }

  return (
    <Maker title='Draw' note='White on black. It is encoded as you draw.'>
      <canvas
        ref={sheet} class='sheet' width={width * scale} height={height * scale} role='img' aria-label='Sheet to draw on'
        onPointerDown={press} onPointerMove={move} onPointerUp={lift} onPointerCancel={lift}
      />
      <button class='button' onClick={wipe}>Clear</button>
    </Maker>
  )
}
