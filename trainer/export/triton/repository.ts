/** A published model as models of a Triton Inference Server's repository. */
import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFolder } from '@partition-vae/collections/replace-folder'
import { readGraphInterface, type ModelVersion } from '@partition-vae/models'
import { writing } from '../../foundation/files.js'
import { checkPlace } from '../check-place.js'
import { tritonConfig, type TritonOptions } from './config.js'
import { withPixelInput, withPixelOutput } from './raw-pixels.js'

/** One folder of the repository. */
interface TritonModel {
  readonly name: string
  readonly graph: Uint8Array
  /** The contents of config.pbtxt. */
  readonly config: string
}

/** Makes the models of a version: `NAME_encoder`, `NAME_decoder` and, of models in layers, `NAME_layers`. */
export function tritonModels (
  { card, encoder, decoder, layers }: Pick<ModelVersion, 'card' | 'encoder' | 'decoder' | 'layers'>,
  options: TritonOptions
): TritonModel[] {
  const graphs: Array<[string, Uint8Array]> = [
    ['encoder', withPixelInput(encoder, card.image)],
    ['decoder', withPixelOutput(decoder, card.image)],
    ...layers === undefined ? [] : [['layers', layers] as [string, Uint8Array]],
  ]
  return graphs.map(([part, graph]) => {
    const name = `${card.name}_${part}`
    return { name, graph, config: tritonConfig(name, readGraphInterface(graph, name), card, options) }
  })
}

/** Names what is in a folder beside a model that was exported before. */
function findOther (names: readonly string[]): string | undefined {
  const others = names.filter(name => name !== 'config.pbtxt' && !/^\d+$/.test(name))
  if (names.includes('config.pbtxt') && others.length === 0) return undefined
  return `other files, e.g. ${others[0] ?? names[0]}`
}

export interface TritonExportOptions extends TritonOptions {
  /** The repository's root, absolute; it may hold other models. */
  readonly out: string
  /** Replaces models of the same names; other files never. */
  readonly force?: boolean | undefined
}

/**
 * Writes the models, each whole or not at all: into a folder inside of `out`, from which they are renamed.
 * @returns their folders
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE
 */
export async function exportTriton (
  version: ModelVersion, { out, force = false, ...options }: TritonExportOptions
): Promise<string[]> {
  const models = tritonModels(version, options)
  const place = { own: 'a model that is there already', findOther }
  for (const { name } of models) await checkPlace(join(out, name), force, place)
  // Inside, as the repository may be a volume of its own, and nothing is renamed from one to another.
  const fresh = join(out, `.export.${randomBytes(6).toString('hex')}`)
  return await writing(out, async () => {
    try {
      for (const { name, graph, config } of models) {
        const folder = join(fresh, name, String(version.card.version))
        await mkdir(folder, { recursive: true })
        await writeFile(join(folder, 'model.onnx'), graph)
        await writeFile(join(fresh, name, 'config.pbtxt'), config)
      }
      for (const { name } of models) {
        await replaceFolder(join(fresh, name), join(out, name), join(fresh, `${name}.old`))
      }
    } finally {
      await rm(fresh, { recursive: true, force: true })
    }
    return models.map(({ name }) => join(out, name))
  })
}
