import { useRef } from 'preact/hooks'
import { chooseRows, type Sample } from '../../core/sample.js'
import { chooseRow, encodeImage } from '../actions.js'
import { hasCamera, isDrawable, startMaking } from '../bring.js'
import { imageProblem, sample, scene } from '../store.js'
import { Icon } from './icon.js'
import { nameSample, SamplePicture } from './sample-picture.js'

const SHOWN = 24

/** One image of the sample, to begin with. */
export function Example ({ data, row }: { readonly data: Sample, readonly row: number }) {
  return (
    <button
      class='example' aria-pressed={scene.value?.origin.index === row} onClick={() => chooseRow(row)}
      aria-label={nameSample(data, row)}
    ><SamplePicture data={data} row={row} />
    </button>
  )
}

async function paste (): Promise<void> {
  try {
    for (const item of await navigator.clipboard.read()) {
      const type = item.types.find(type => type.startsWith('image/'))
      if (type !== undefined) return await encodeImage(await item.getType(type))
    }
    imageProblem.value = 'There is no image in the clipboard.'
  } catch {
    imageProblem.value = 'The browser keeps the clipboard closed. Press Ctrl V instead.'
  }
}

export function Gallery () {
  const input = useRef<HTMLInputElement>(null)
  const data = sample.value
  const ways = [
    { icon: 'open', words: 'Open', note: 'Encode an image of yours', act: () => input.current!.click() },
    { icon: 'paste', words: 'Paste', note: 'From the clipboard (Ctrl V)', act: () => { paste() } },
    ...hasCamera()
      ? [{ icon: 'camera', words: 'Camera', note: 'What a camera sees', act: () => startMaking('camera') } as const]
      : [],
    ...isDrawable()
      ? [{ icon: 'pen', words: 'Draw', note: 'With a white pen', act: () => startMaking('draw') } as const]
      : [],
  ] as const
  return (
    <section class='images' aria-label='Images'>
      <div class='examples'>
        {data === undefined
          ? <p class='muted empty'>No images yet. Drop one here.</p>
          : chooseRows(data, SHOWN).map(row => <Example key={row} data={data} row={row} />)}
      </div>
      <div class='bring'>
        <input
          ref={input} type='file' accept='image/png,image/jpeg,image/webp' hidden onChange={event => {
            const file = event.currentTarget.files?.[0]
            if (file !== undefined) encodeImage(file)
            event.currentTarget.value = ''
          }}
        />
        {ways.map(({ icon, words, note, act }) => (
          <button key={words} class='button' title={note} onClick={act}><Icon name={icon} />{words}</button>
        ))}
      </div>
      <button class='button bring-more' aria-label='Bring an image' popovertarget='bring'><Icon name='plus' /></button>
      <div id='bring' popover='auto' class='popover' role='group' aria-label='Bring an image'>
        {ways.map(({ icon, words, note, act }) => (
          <button key={words} class='item' popovertarget='bring' popovertargetaction='hide' onClick={act}>
            <Icon name={icon} /><span>{words}<small>{note}</small></span>
          </button>
        ))}
      </div>
    </section>
  )
}
