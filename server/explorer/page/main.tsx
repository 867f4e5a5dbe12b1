import { render } from 'preact'
import './style/theme.css'
import './style/page.css'
import './style/parts.css'
import './style/stage.css'
import './style/bring.css'
import './style/views.css'
import { startDragging } from './drag.js'
import { startDrawing } from './draw-loop.js'
import { listenToKeys } from './keyboard.js'
import { startInviting } from './invite.js'
import { startPointing } from './pointing.js'
import { startLooking } from './news.js'
import { begin, openLink } from './opening.js'
import { patiently } from './patience.js'
import { describeProblem } from './problems.js'
import { useSource } from './source.js'
import { problem } from './store.js'
import { startLinking, takeAddress } from './take-away.js'
import { startTheme } from './theme.js'
import { Page } from './views/page.js'

async function start (): Promise<void> {
  try {
    // Of what is built for `pvae explore --export` alone: the other has no trace of it.
    if (import.meta.env.MODE === 'static') useSource(await (await import('./in-page/bundle.js')).openBundle())
  } catch (error) {
    problem.value = describeProblem(error)
    return
  }
  await begin()
}

startTheme()
startDrawing()
startDragging()
startLinking()
startInviting()
startPointing()
startLooking()
listenToKeys()
addEventListener('hashchange', ({ newURL }) => {
  takeAddress(newURL)
  const { hash } = location
  patiently(openLink, () => location.hash === hash)
})
render(<Page />, document.body)
start()
