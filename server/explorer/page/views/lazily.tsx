import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { listModels } from '../source.js'

/** Progress shows after this many milliseconds. */
const SLOW = 300

/** Makes a component whose code is loaded when it is first shown. */
export function lazily (load: () => Promise<ComponentType>): ComponentType {
  const loaded = signal<ComponentType | undefined>()
  const state = signal<'quiet' | 'slow' | 'failed'>('quiet')

  async function begin (): Promise<void> {
    state.value = 'quiet'
    const slow = setTimeout(() => { state.value = 'slow' }, SLOW)
    try {
      const component = await load()
      loaded.value = component
    } catch {
      state.value = 'failed'
    }
    clearTimeout(slow)
  }

  /**
   * Some browsers keep that a file did not come, and a service that was built anew has others: the page is loaded again
   * then, as soon as there is somebody to load it from. The link in the address keeps what is shown.
   */
  async function again (): Promise<void> {
    await begin()
    if (state.value !== 'failed') return
    const isThere = await listModels().then(() => true, () => false)
    if (isThere) location.reload()
  }

  return function Lazy () {
    useEffect(() => { if (loaded.value === undefined) begin() }, [])
    const Loaded = loaded.value
    if (Loaded !== undefined) return <Loaded />
    if (state.value === 'quiet') return null
    if (state.value === 'slow') {
      return <div class='waiting' role='status' aria-label='Loading'><div class='slow' /></div>
    }
    return (
      <div class='waiting' role='alert'>
        <p>This view did not come. The service may be away.</p>
        <button class='button' onClick={again}>Try again</button>
      </div>
    )
  }
}
