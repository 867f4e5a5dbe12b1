/** Keys that work anywhere on the page. Those of sliders and buttons are the browser's own. */
import { redo, resetPartition, sampleAll, undo } from './actions.js'
import { making, stopMaking } from './bring.js'
import { putBack } from './drag.js'
import { viewsNow } from './registry.js'
import { hide, solo } from './shown.js'
import { apart, card, goTo, isLayered, open, partitionNamed } from './store.js'
import { copyLink, savePicture } from './take-away.js'

/** Lists the keys and what they do, for the page's own help. */
export const keysNow = (): ReadonlyArray<readonly [string, string]> => [
  ...viewsNow().map(({ press, title }) => [press.toUpperCase(), title] as const),
  ['1 – 9', 'take a partition'],
  ['Arrows', 'move it, on the picture (Shift: ten times as far)'],
  ['H', 'hide it'],
  ['O', 'show it alone'],
  ['L', 'pull the layers apart'],
  ['Del', 'put it back'],
  ['R', 'a picture from the prior'],
  ['Ctrl Z, Ctrl Shift Z', 'undo, redo'],
  ['C', 'copy the link'],
  ['S', 'save the picture'],
  ['Esc', 'let go, back where it was'],
  ['?', 'these keys'],
]

function press (event: KeyboardEvent): boolean {
  const partition = partitionNamed(open.value)
  const key = event.key.toLowerCase()
  if (event.ctrlKey || event.metaKey) {
    if (key === 'z') event.shiftKey ? redo() : undo()
    else if (key === 'y') redo()
    else return false
    return true
  }
  if (event.altKey) return false
  if (/^[1-9]$/.test(key)) {
    const chosen = card.value?.partitions[Number(key) - 1]
    if (chosen === undefined) return false
    open.value = chosen.name
    return true
  }
  const chosen = viewsNow().find(({ press }) => press === key)
  if (chosen !== undefined) {
    goTo(chosen.name)
    return true
  }
  if (key === '?') document.getElementById('keys')?.togglePopover()
  else if (key === 'escape') making.value === undefined ? putBack() : stopMaking()
  else if (key === 'r') sampleAll()
  else if (key === 'c') copyLink()
  else if (key === 's') savePicture()
  else if (key === 'delete' && partition) resetPartition(partition)
  else if (key === 'h' && partition && isLayered.value) hide(partition)
  else if (key === 'l' && isLayered.value) apart.value = !apart.value
  else if (key === 'o' && partition && isLayered.value) solo(partition)
  else return false
  return true
}

export function listenToKeys (): void {
  window.addEventListener('keydown', event => {
    const { target } = event
    // In a list of choices letters look for an entry.
    const isTyping = target instanceof HTMLSelectElement ||
      (target instanceof HTMLInputElement && /^(text|password)$/.test(target.type))
    if (!isTyping && !event.defaultPrevented && press(event) && event.key !== 'Escape') event.preventDefault()
  })
}
