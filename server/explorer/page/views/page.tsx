import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { encodeImage, resetAll, sampleAll } from '../actions.js'
import { card, imageProblem, said, scene, toast } from '../store.js'
import { Bar } from './bar.js'
import { PartitionCard } from './card.js'
import { Comparison } from './comparison.js'
import { Gallery } from './gallery.js'
import { Icon } from './icon.js'
import { Stage } from './stage.js'

const isOver = signal(false)

const imageIn = (data: DataTransfer | null) => [...data?.files ?? []].find(({ type }) => type.startsWith('image/')) ??
  data?.files[0]

/** Takes images that are dropped or pasted anywhere. */
function useImages (): void {
  useEffect(() => {
    const over = (event: DragEvent) => {
      event.preventDefault()
      isOver.value = event.type === 'dragover' && event.dataTransfer?.types.includes('Files') === true
    }
    const take = (event: DragEvent | ClipboardEvent) => {
      const image = imageIn(event instanceof DragEvent ? event.dataTransfer : event.clipboardData)
      isOver.value = false
      if (image === undefined) return
      event.preventDefault()
      encodeImage(image)
    }
    const heard = [['dragover', over], ['dragleave', over], ['drop', take], ['paste', take]] as const
    for (const [name, listener] of heard) window.addEventListener(name, listener as EventListener)
    return () => { for (const [name, listener] of heard) window.removeEventListener(name, listener as EventListener) }
  }, [])
}

function Cards () {
  const { partitions, latentSize } = card.value!
  return (
    <section class='cards' aria-label='Partitions'>
      <div class='cards-head'>
        <h2>Partitions</h2>
        <span class='note'>{latentSize} units in {partitions.length}</span>
        <button class='term' popovertarget='nats'>What is a nat?</button>
        <div id='nats' popover='auto' class='popover words' role='note'>
          <p>A nat measures how much the model says by a group of units: e<sup>n</sup> pictures can be told apart by n
            nats. Near 0, the group says nothing.
          </p>
        </div>
      </div>
      <ul>{partitions.map(partition => <PartitionCard key={partition.name} partition={partition} />)}</ul>
    </section>
  )
}

export function Page () {
  useImages()
  const current = scene.value
  const isMoved = current !== undefined && current.latent !== current.origin.mean &&
    current.latent.some((value, i) => value !== current.origin.mean[i])
  return (
    <>
      <Bar />
      <main class={isOver.value ? 'is-over' : ''}>
        <div class='left'>
          <div class='pinned'>
            <div class='stage-place'>
              <Stage />
              {isOver.value && <div class='drop' aria-hidden='true'>Drop to encode</div>}
            </div>
            <div class='status'>
              <p role='status' class={imageProblem.value && 'absent'}>{said.value}</p>
              {imageProblem.value && <p class='refusal' role='alert'>{imageProblem.value}</p>}
              {isMoved && <button class='button' onClick={resetAll}><Icon name='reset' />Reset</button>}
              <button
                class='tool' aria-label='A picture from the prior' title='From the prior (R)' onClick={sampleAll}
                disabled={current === undefined}
              ><Icon name='dice' />
              </button>
            </div>
          </div>
          {card.value && <Gallery />}
        </div>
        <div class='right'>
          {card.value && current && <Cards />}
          {card.value && <Comparison />}
        </div>
      </main>
      {toast.value && <div class='toast' role='status'>{toast.value}</div>}
    </>
  )
}
