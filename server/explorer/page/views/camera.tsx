import { useEffect, useRef, useState } from 'preact/hooks'
import { bringFrame } from '../bring.js'
import { card } from '../store.js'
import { Maker } from './maker.js'

/** Says why there is no picture, and what to do. */
function describeRefusal (error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError') return 'The browser keeps the camera closed. Allow it beside the address.'
  if (name === 'NotFoundError') return 'There is no camera.'
  return 'The camera does not answer. Something else may be using it.'
}

/** What a camera sees: a picture is taken by a click, or all the time. */
export function Camera () {
  const video = useRef<HTMLVideoElement>(null)
  const [refusal, refuse] = useState('')
  const [isLive, stayLive] = useState(false)
  const [isInverted, invert] = useState(card.value!.image.channels === 1)
  useEffect(() => {
    let isGone = false
    let stream: MediaStream | undefined
    const start = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
        if (isGone) stop()
        else video.current!.srcObject = stream
      } catch (error) {
        refuse(describeRefusal(error))
      }
    }
    const stop = () => stream?.getTracks().forEach(track => track.stop())
    start()
    return () => {
      isGone = true
      stop()
    }
  }, [])
  useEffect(() => {
    if (!isLive) return
    let isOver = false
    const follow = async () => {
      if (video.current !== null) await bringFrame(video.current, isInverted)
      if (!isOver) requestAnimationFrame(follow)
    }
    follow()
    return () => { isOver = true }
  }, [isLive, isInverted])
  const { width, height } = card.value!.image
  const take = () => { if (video.current) bringFrame(video.current, isInverted) }
  return (
    <Maker title='Camera' note={refusal === '' ? 'Of the picture, the middle is taken.' : undefined}>
      {refusal !== ''
        ? <p class='refusal' role='alert'>{refusal}</p>
        : (
          <>
            <video
              ref={video} class={`viewfinder ${isInverted ? 'inverted' : ''}`} autoplay muted playsInline
              style={{ aspectRatio: `${width} / ${height}` }} aria-label='What the camera sees'
            />
            <label class='choice'>
              <input type='checkbox' checked={isInverted} onChange={event => invert(event.currentTarget.checked)} />
              Swap dark and light
            </label>
            <label class='choice'>
              <input type='checkbox' checked={isLive} onChange={event => stayLive(event.currentTarget.checked)} />Live
            </label>
            <button class='button' onClick={take}>Take picture</button>
          </>
          )}
    </Maker>
  )
}
