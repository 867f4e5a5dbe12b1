import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { GLOSSARY, type TermName } from '../../core/glossary.js'

const WIDTH = 300
const MARGIN = 8

/** The word that is explained now, and where it stands. */
const explained = signal<{ readonly id: string, readonly term: TermName, readonly at: DOMRect } | undefined>()

const close = (id: string) => { if (explained.value?.id === id) explained.value = undefined }

/** A word of the glossary: pointing at it, focus or a click say what it means. */
export function Term ({ of: term, children }: { readonly of: TermName, readonly children: ComponentChildren }) {
  const id = useId()
  const explain = (event: Event) => {
    explained.value = { id, term, at: (event.currentTarget as HTMLElement).getBoundingClientRect() }
  }
  useEffect(() => () => close(id), [])
  return (
    <button
      type='button' class='term' aria-describedby={explained.value?.id === id ? 'glossary' : undefined}
      onPointerEnter={event => { if (event.pointerType === 'mouse') explain(event) }} onPointerLeave={() => close(id)}
      onFocus={explain} onBlur={() => close(id)} onClick={explain}
      onKeyDown={event => {
        if (event.key !== 'Escape' || explained.value?.id !== id) return
        event.preventDefault()
        close(id)
      }}
    >{children}
    </button>
  )
}

/** What a word means, beside the word. One for the page. */
export function Glossary () {
  const box = useRef<HTMLDivElement>(null)
  const { term, at } = explained.value ?? {}
  useEffect(() => {
    const node = box.current!
    if (at === undefined) return node.hidePopover()
    node.showPopover()
    const left = Math.min(Math.max(at.left - 12, MARGIN), innerWidth - Math.min(WIDTH, innerWidth) - MARGIN)
    const isBelow = at.bottom + node.offsetHeight + MARGIN < innerHeight
    node.style.left = `${left}px`
    node.style.top = `${isBelow ? at.bottom + MARGIN : Math.max(at.top - node.offsetHeight - MARGIN, MARGIN)}px`
  }, [at])
  const [title, words] = term === undefined ? ['', ''] : GLOSSARY[term]
  return <div id='glossary' class='meaning' popover='manual' role='tooltip' ref={box}><b>{title}</b>{words}</div>
}
