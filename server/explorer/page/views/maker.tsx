import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { stopMaking } from '../bring.js'
import { Icon } from './icon.js'

interface Props {
  readonly title: string
  readonly note?: string | undefined
  readonly children: ComponentChildren
}

/** The panel in which one makes an image, beside the picture that becomes of it. */
export function Maker ({ title, note, children }: Props) {
  const panel = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const before = document.activeElement
    panel.current!.focus()
    return () => { if (before instanceof HTMLElement) before.focus() }
  }, [])
  return (
    <section ref={panel} class='maker' role='dialog' aria-label={title} tabIndex={-1}>
      <div class='maker-head'>
        <h2>{title}</h2>
        <button class='tool' aria-label='Close' title='Close (Esc)' onClick={stopMaking}><Icon name='close' /></button>
      </div>
      {children}
      {note && <p class='note'>{note}</p>}
    </section>
  )
}
