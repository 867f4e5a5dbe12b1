import type { ComponentChildren } from 'preact'
import { imageProblem, isSlow, said } from '../store.js'
import { Trouble } from './trouble.js'

/** The frame of all views but Play, which shows these things at the picture: what is said, and what went wrong. */
export function Elsewhere ({ title, children }: { readonly title: string, readonly children: ComponentChildren }) {
  return (
    <main class='elsewhere' id='view' tabIndex={-1} aria-label={title}>
      {isSlow.value && <div class='slow' aria-hidden='true' />}
      <Trouble />
      {imageProblem.value && <p class='refusal' role='alert'>{imageProblem.value}</p>}
      {children}
      <p role='status' class='unseen'>{said.value}</p>
    </main>
  )
}
