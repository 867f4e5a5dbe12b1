import type { Size } from '../../config/choose-size.js'
import type { ClipSummary, ImageSizeChoice } from '../../run/observer.js'

/** Width first, as people say it. */
const show = ({ height, width }: Size) => `${width} × ${height}`

/** Differences of aspect, in logarithms, that nobody sees. */
const UNSEEN = 0.03

/** Pixels that a thing is wanted to have. */
const LEAST_AREA = 4

/** Says which size was chosen, what that does to the images, and how to choose another. */
export function describeImageSize ({ chosen, usual, prevalence, mixed, fit, smallest }: ImageSizeChoice): string {
  const others = '--height and --width choose others'
  const sizes = {
    all: show(usual), most: `mostly ${show(usual)}`, middle: `of many sizes, in the middle about ${show(usual)}`,
  }[prevalence]
  if (mixed) {
    const how =
      fit === 'contain' || fit === 'cover'
        ? `fit ${fit}`
        : 'stretched; --set data.fit=contain adds black bars, data.fit=cover crops'
    return `images have different shapes and are ${sizes}: brought to ${show(chosen)} (${how}); ` +
      `${others}`
  }
  if (chosen.height === usual.height && chosen.width === usual.width) {
    const what = prevalence === 'all' ? 'left as they are' : `brought to ${show(chosen)}`
    return `images are ${sizes}: ${what}; ${others}`
  }
  const stretch = Math.abs(Math.log(chosen.width / chosen.height * usual.height / usual.width))
  const aspect = stretch <= UNSEEN ? 'aspect kept' : `aspect changed by ${Math.round(100 * (Math.exp(stretch) - 1))}%`
  return `images are ${sizes}: brought to ${show(chosen)}, ${aspect}${reasonOf(smallest, usual, chosen)}; ${others}`
}

/** Says for which thing the size was chosen, and how large it is then. */
function reasonOf (smallest: Size | undefined, usual: Size, chosen: Size): string {
  if (smallest === undefined) return ''
  const rounded = (pixels: number) => Number(pixels.toFixed(1))
  const [width, height] = [smallest.width * chosen.width / usual.width, smallest.height * chosen.height / usual.height]
  return `, so that the smallest thing that moves, ${Math.round(smallest.width)} × ${Math.round(smallest.height)} of ` +
    `these pixels, is ${rounded(width)} × ${rounded(height)}` +
    (width * height < LEAST_AREA ? '; more would train for long' : '')
}

/** Says how many frames of a clip are taken, and how to choose another number. */
export function describeClip ({ name, frames, rate, taken }: ClipSummary): string {
  const aSecond = (rate: number) => `${Number(rate.toFixed(2))} a second`
  const which = taken.rate === rate ? 'all are taken' : `about ${taken.frames} are taken, ${aSecond(taken.rate)}`
  return `${name}: about ${frames} frames, ${aSecond(rate)}: ${which}; --fps chooses another rate`
}
