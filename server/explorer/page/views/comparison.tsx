import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { judge } from '../../core/sample.js'
import { toRgba } from '../draw-loop.js'
import { patiently } from '../patience.js'
import { decode } from '../source.js'
import { card, fitted, sample, scene, sheet } from '../store.js'
import { savePixels } from '../take-away.js'
import { readThumbnail } from '../thumbnails.js'
import { Icon } from './icon.js'
import { Pixels } from './pixels.js'

interface Compared {
  readonly width: number
  readonly height: number
  readonly input: Uint8ClampedArray<ArrayBuffer>
  readonly reconstruction: Uint8ClampedArray<ArrayBuffer>
  readonly error: number
  /** Whether the input is what the model gets to the bit: thumbnails are smaller, and compressed. */
  readonly isExact: boolean
}

const compared = signal<Compared | undefined>()

/** Averages blocks, down to a thumbnail's size. */
function shrink (pixels: Uint8ClampedArray, from: number, width: number, height: number) {
  const factor = from / width
  const out = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < out.length; i++) {
    const [c, x, y] = [i % 4, Math.floor(i / 4) % width, Math.floor(i / 4 / width)]
    let sum = 0
    for (let dy = 0; dy < factor; dy++) {
      for (let dx = 0; dx < factor; dx++) sum += pixels[((y * factor + dy) * from + x * factor + dx) * 4 + c]!
    }
    out[i] = sum / factor / factor
  }
  return out
}

async function compare (): Promise<Compared | undefined> {
  const [model, current] = [card.value, scene.value]
  if (model === undefined || current === undefined) return undefined
  const { width, height, channels } = model.image
  const { mean, index } = current.origin
  const own = fitted.get(mean)
  if (own !== undefined) {
    const error = own.input.reduce((sum, value, i) => sum + ((value - own.reconstruction[i]!) / 255) ** 2, 0)
    return {
      width,
      height,
      input: toRgba(own.input, channels),
      reconstruction: toRgba(own.reconstruction, channels),
      error: error / own.input.length,
      isExact: true,
    }
  }
  if (index === undefined || sample.value === undefined) return undefined
  const reconstruction = toRgba(await decode(model, [mean]), channels)
  if (sample.value === undefined || card.value !== model) return undefined
  const small = sample.value.sheet
  const error = sample.value.squaredError[index]!
  const input = readThumbnail(sample.value, sheet.value!, index)
  if (width % small.width !== 0) return undefined
  return {
    width: small.width,
    height: small.height,
    input,
    error,
    isExact: false,
    reconstruction: shrink(reconstruction, width, small.width, small.height),
  }
}

function differ ({ input, reconstruction }: Compared): Uint8ClampedArray<ArrayBuffer> {
  return new Uint8ClampedArray(input.map((value, i) => i % 4 === 3 ? 255 : 128 + 4 * (value - reconstruction[i]!)))
}

const beside = (closer: number) => closer === 0
  ? 'farther off than any test image'
  : `closer than ${Math.min(Math.max(Math.round(closer * 100), 1), 99)} % of the test images`

export function Comparison () {
  const origin = scene.value?.origin
  useEffect(() => {
    const isCurrent = () => scene.peek()?.origin === origin
    patiently(compare, isCurrent).then(result => { if (isCurrent()) compared.value = result })
  }, [origin, card.value])
  if (compared.value === undefined) return null
  const { width, height, input, reconstruction, error, isExact } = compared.value
  const judged = sample.value && judge(error, sample.value)
  const pictures = [
    ['Input', input],
    ['Reconstruction', reconstruction],
    ...isExact ? [['Difference × 4', differ(compared.value)] as const] : [],
  ] as const
  return (
    <section class='comparison' aria-label='Input and reconstruction'>
      {pictures.map(([title, pixels]) => (
        <figure key={title}>
          <Pixels pixels={pixels} width={width} height={height} />
          <button
            class='tool small save-one' aria-label={`Save as PNG: ${title}`} title='Save as PNG'
            onClick={() => savePixels(pixels, width, `${card.value!.name}-${title.replace(/\W.*/, '').toLowerCase()}`)}
          ><Icon name='image' />
          </button>
          <figcaption>{title}</figcaption>
        </figure>
      ))}
      <div class='verdict'>
        <strong title='Squared error, averaged over the image’s values, each from 0 to 1'>
          {error.toPrecision(2).replace(/^0/, '')}
        </strong>
        {judged && (
          <>
            <svg class='quantile' viewBox='0 0 100 12' preserveAspectRatio='none' aria-hidden='true'>
              <path class='rail' d='M0 6H100' /><path class='tick' d={`M${judged.closer * 98 + 1} 0V12`} />
            </svg>
            <p>
              {judged.words}: {beside(judged.closer)}. Squared error.
            </p>
          </>
        )}
      </div>
    </section>
  )
}
