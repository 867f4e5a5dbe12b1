/** Drawn segmentations beside drawn truth: discs, some missed, some merged, some with halos. */
import { SegmentationTally } from '../../../trainer/measure/objects/tally.js'
import { createRandom } from '../../../trainer/random/index.js'

const shape = { height: 20, width: 24, channels: 3 }

/** What was drawn, as judged by both, and what our measures say. */
export function segmentations (images: number) {
  const random = createRandom(3, 'judged-segmentations')
  const pixels = shape.height * shape.width
  const tally = new SegmentationTally(shape)
  const drawn = Array.from({ length: images }, () => {
    const [truth, predicted] = [new Uint8Array(pixels), new Uint8Array(pixels)]
    const count = 1 + random.integer(4)
    for (let thing = 1; thing <= count; thing++) {
      const [row, column, radius] = [20 * random.uniform(), 24 * random.uniform(), 2 + 3 * random.uniform()]
      const [shift, wider] = [1.5 * random.normal(), random.normal()]
      // One in eight is missed, one in eight is taken for another.
      const label = random.integer(8) === 0 ? 0 : random.integer(8) === 0 ? 1 : thing
      for (let pixel = 0; pixel < pixels; pixel++) {
        const [y, x] = [Math.floor(pixel / 24) + 0.5 - row, pixel % 24 + 0.5 - column]
        if (Math.hypot(y, x) < radius) truth[pixel] = thing
        if (Math.hypot(y - shift, x) < radius + wider) predicted[pixel] = label
      }
    }
    const image = Float32Array.from({ length: 3 * pixels }, () => random.uniform())
    const decoded = image.map(value => value + 0.1 * random.normal())
    tally.add({ truth, predicted, image, decoded })
    return { truth: [...truth], predicted: [...predicted], image: [...image], decoded: [...decoded] }
  })
  const { detection, images: _, imagesWithThings: __, ...measured } = tally.result()!
  return { shape, drawn, ours: { ...measured, ...detection } }
}
