import { resetAll, sampleAll } from '../actions.js'
import { apart, card, imageProblem, isLayered, isOver, said, scene } from '../store.js'
import { partly, showAll } from '../shown.js'
import { isDrawable, making } from '../bring.js'
import { PartitionCard } from './card.js'
import { Comparison } from './comparison.js'
import { Gallery } from './gallery.js'
import { Icon } from './icon.js'
import { lazily } from './lazily.js'
import { Stage } from './stage.js'
import { Term } from './term.js'

const Draw = lazily(async () => (await import('./draw.js')).Draw)
const Camera = lazily(async () => (await import('./camera.js')).Camera)

function Cards () {
  const { partitions, latentSize } = card.value!
  return (
    <section class='cards' aria-label='Partitions'>
      <div class='cards-head'>
        <h2>Partitions</h2>
        <span class='note grow'>{latentSize} units in {partitions.length}</span>
        <span class='note'><Term of='nats'>What is a nat?</Term></span>
      </div>
      <ul>{partitions.map(partition => <PartitionCard key={partition.name} partition={partition} />)}</ul>
    </section>
  )
}

/** The picture under one's hands, with its partitions beside it. */
export function Play () {
  const current = scene.value
  const isMoved = current !== undefined && current.latent !== current.origin.mean &&
    current.latent.some((value, i) => value !== current.origin.mean[i])
  return (
    <main class={`play ${isOver.value ? 'is-over' : ''}`}>
      <div class='left'>
        <div class='pinned'>
          <div class='stage-place'>
            <Stage />
            {isOver.value && <div class='drop' aria-hidden='true'>Drop to encode</div>}
          </div>
          <div class='status'>
            <p role='status' class={imageProblem.value && 'absent'}>{said.value}</p>
            {imageProblem.value && <p class='refusal' role='alert'>{imageProblem.value}</p>}
            {partly.value && <button class='button' onClick={showAll}>Show all</button>}
            {isMoved && (
              <button class='button' onClick={resetAll} aria-label='Reset' title='Reset'>
                <Icon name='reset' /><span class='wide-only'>Reset</span>
              </button>
            )}
            {isLayered.value && (
              <button
                class='tool' aria-label='Pull the layers apart' title='Pull the layers apart (L)'
                aria-pressed={apart.value} onClick={() => { apart.value = !apart.value }}
              ><Icon name='layers' />
              </button>
            )}
            <button
              class='tool' aria-label='A picture from the prior' title='From the prior (R)' onClick={sampleAll}
              disabled={current === undefined}
            ><Icon name='dice' />
            </button>
          </div>
        </div>
        {card.value && <Gallery />}
        {making.value === 'draw' && isDrawable() && <Draw />}
        {making.value === 'camera' && <Camera />}
      </div>
      <div class='right'>
        {card.value && current && <Cards />}
        {card.value && <Comparison />}
      </div>
    </main>
  )
}
