import { useEffect, useRef } from 'preact/hooks'
import { holdHistory, releaseHistory } from '../actions.js'

/**
 * Holds the history while a slider is in hand: all that it does is one step. A slider that goes away while it is held
 * hears nothing of the hand any more, and lets go by itself.
 * @param ended done as well when the hand lets go
 */
export function useHold (ended?: () => void): { readonly hold: () => void, readonly release: () => void } {
  const isHeld = useRef(false)
  const hold = () => {
    isHeld.current = true
    holdHistory()
  }
  const release = () => {
    // Not what something else holds: a drag opens another card, whose sliders go away.
    if (!isHeld.current) return
    isHeld.current = false
    ended?.()
    releaseHistory()
  }
  useEffect(() => release, [])
  return { hold, release }
}
