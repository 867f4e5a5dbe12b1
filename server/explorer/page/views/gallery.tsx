import { useEffect, useRef } from 'preact/hooks'
import { chooseRows, type Sample } from '../../core/sample.js'
import { chooseRow, encodeImage } from '../actions.js'
import { imageProblem, sample, scene, sheet } from '../store.js'
import { Icon } from './icon.js'

const SHOWN = 24

/** One image of the sample, to begin with. */
export function Example ({ data, row }: { readonly data: Sample, readonly row: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { columns, width, height } = data.sheet
  useEffect(() => {
    const [x, y] = [row % columns * width, Math.floor(row / columns) * height]
    canvas.current!.getContext('2d')!.drawImage(sheet.value!, x, y, width, height, 0, 0, width, height)
  }, [data, row])
  const kind = data.classes === undefined ? '' : `, class ${data.classes[row]}`
  return (
    <button
      class='example' aria-pressed={scene.value?.origin.index === row} onClick={() => chooseRow(row)}
      aria-label={`Test image ${row + 1}${kind}`}
    >
      <canvas ref={canvas} class='pixels' width={width} height={height} aria-hidden='true' />
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
        <button class='button' title='Encode an image of yours' onClick={() => input.current!.click()}>
          <Icon name='open' /><span>Open</span>
        </button>
        <button class='button' title='Paste an image (Ctrl V)' onClick={() => paste()}>
          <Icon name='paste' /><span>Paste</span>
        </button>
      </div>
    </section>
  )
}
