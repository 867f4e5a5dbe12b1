import { useRef } from 'preact/hooks'
import { begin } from '../opening.js'
import { tryAgain } from '../draw-loop.js'
import { apiKey } from '../service.js'
import { card, problem } from '../store.js'

/** Says what does not work now, and offers what helps: a key, or another try. */
export function Trouble () {
  const input = useRef<HTMLInputElement>(null)
  if (problem.value === undefined) return null
  const { words, needsKey, waiting } = problem.value
  const again = () => card.value === undefined ? begin() : tryAgain()
  const enter = (event: Event) => {
    event.preventDefault()
    apiKey.value = input.current!.value.trim()
    again()
  }
  return (
    <div class='trouble' role='alert'>
      <p>{words}</p>
      {needsKey && (
        <form onSubmit={enter}>
          <input ref={input} type='password' aria-label='Key' autocomplete='off' />
          <button class='button'>Use key</button>
        </form>
      )}
      {!needsKey && !waiting && <button class='button' onClick={again}>Try again</button>}
    </div>
  )
}
