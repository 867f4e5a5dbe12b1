import { checkGolden, formatModelReference, proveLayers } from '@partition-vae/models'
import { invalid } from '../../config/resolve.js'
import { createInference } from '../../engine/inference.js'
import { compactGraph } from '../../export/compact.js'
import { planarRunner } from '../../export/golden.js'
import type { CompactFlags } from '../commands/compact.js'
import type { CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'
import { displayPath } from '../terminal/display-path.js'
import { openModel } from './models.js'
import { republish } from './republish.js'

/** Publishes a model anew with weights in half precision, once its golden examples come out as they did. */
export async function compactModel (flags: CompactFlags, { stdout, directory }: CliContext): Promise<void> {
  const { repository } = chosenDirectories(directory, flags)
  const version = await openModel(repository, flags.model)
  const { card, golden } = version
  const name = formatModelReference(card)
  const graphs = {
    encoder: compactGraph(version.encoder),
    decoder: compactGraph(version.decoder),
    ...version.layers && { layers: compactGraph(version.layers) },
  }
  const bytes = ({ encoder, decoder, layers }: { encoder: Uint8Array, decoder: Uint8Array, layers?: Uint8Array }) =>
    encoder.length + decoder.length + (layers?.length ?? 0)
  if (bytes(graphs) >= bytes(version)) {
    throw invalid('--model', 'a model with weights in single precision', `${name}, which is compact already`)
  }
  const inference = await createInference({ ...graphs, image: card.image, latentSize: card.latentSize })
  try {
    const run = planarRunner(inference, card.image)
    await checkGolden(golden, card, run, name)
    if (inference.layers !== undefined) {
      await proveLayers(golden, card, { decode: run.decode, layers: inference.layers }, name)
    }
  } finally {
    await inference.dispose()
  }
  const published = await republish(repository, version, graphs)
  stdout.write(`graphs  ${bytes(version)} → ${bytes(graphs)} bytes\n`)
  stdout.write(`model   ${displayPath(directory, published.directory)}\n`)
}
