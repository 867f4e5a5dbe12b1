import { onImages } from '../../config/resolve-request.js'
import { createInference } from '../../engine/inference.js'
import { recordSample } from '../../export/sample.js'
import { interruptible } from '../../measure/pace.js'
import { withData } from '../../run/open-data.js'
import type { SampleFlags } from '../commands/sample.js'
import { orInterrupted, type CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'
import { displayPath } from '../terminal/display-path.js'
import { runLines } from '../terminal/run-lines.js'
import { configOf, openModel, requireSameImages } from './models.js'
import { republish } from './republish.js'
import { imagesAt } from './request.js'

/** Publishes a model anew with an encoded sample of its test images. */
export async function sampleModel (flags: SampleFlags, context: CliContext): Promise<void> {
  const { stdout, directory, signal } = context
  const { repository } = chosenDirectories(directory, flags)
  const version = await openModel(repository, flags.model)
  const { card, encoder, decoder } = version
  const { image, latentSize } = card
  const config = onImages(configOf(card), await imagesAt(flags.data))
  const observer = runLines(context)
  await orInterrupted(context, 'interrupted; nothing was published', () =>
    withData(config.data, { observer, signal }, async ({ test }) => {
      requireSameImages(test, card)
      const { threads } = flags
      const opened = await createInference({ encoder, decoder, image, latentSize, ...threads && { threads } })
      try {
        const inference = interruptible(opened, image, latentSize, signal)
        const progress = observer.onMeasuring
        const sample = await recordSample({ inference, dataset: test, latentSize, images: flags.images, progress })
        observer.onMeasuringEnd?.()
        signal.throwIfAborted()
        const published = await republish(repository, version, { sample })
        stdout.write(`model   ${displayPath(directory, published.directory)}\n`)
      } finally {
        observer.onMeasuringEnd?.()
        await opened.dispose()
      }
    })
  )
}
