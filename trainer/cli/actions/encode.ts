import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { readCapacity } from '@partition-vae/collections/capacity'
import { formatModelReference } from '@partition-vae/models'
import {
  encodeCollection, queueCollection, type EncodeObserver, type FolderOptions, type Input,
} from '@partition-vae/collections/encode'
import { EXTRA_COLUMNS, readManifest, type Manifest } from '@partition-vae/collections/rows'
import { TrainerError } from '../../foundation/errors.js'
import type { EncodeFlags } from '../commands/encode.js'
import { orInterrupted, type CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'
import { createCountLine } from '../terminal/count-line.js'
import { displayPath } from '../terminal/display-path.js'
import { openModel, readReference } from './models.js'

/** Encodes any number of pictures with a published model. */
export async function encode (
  reference: string, inputs: readonly string[], flags: EncodeFlags, context: CliContext
): Promise<void> {
  const { directory, stdout, stderr, signal } = context
  if (inputs.length === 0 && flags.filesFrom === undefined) {
    throw new TrainerError('PVAE_INVALID_PARAMETER', 'expected pictures or folders for INPUT but received none')
  }
  const { repository } = chosenDirectories(directory, flags)
  const { filesFrom, shardSize, shard: part, fit, maxPixels, provider } = flags
  const [folder, root] = [resolve(directory, flags.output), resolve(directory, flags.root ?? '.')]
  const begun = await readManifest(folder)
  const { card, encoder, decoder, golden } = await openModel(repository, versionOf(begun, reference))
  const line = createCountLine(stderr, 'images')
  const observer: EncodeObserver = {
    onListed: images => line.note(`listing: ${picturesOf(images)}`),
    onPlan: ({ images, shards }) => {
      line.say(`${picturesOf(images)} in ${shardsOf(shards)}, by ${formatModelReference(card)}`)
    },
    onReady: ({ executionProvider, fallbackReason }) => {
      if (fallbackReason !== undefined) line.once(`on ${executionProvider}: ${fallbackReason}`)
    },
    onProgress: (done, total) => line.progress(done, total),
    onFault: (shard, message) => line.say(`shard ${shard}: ${message}`),
  }
  const throughQueue = async (url: string, asked: FolderOptions) => {
    // Its library is large: loaded where it is wanted.
    const { openQueue } = await import('@partition-vae/collections/queue')
    const queue = await openQueue({ url, onState: text => line.say(text), signal })
    return await queueCollection(asked, queue, observer).finally(() => queue.close())
  }
  if (begun !== undefined && filesFrom !== undefined && flags.add !== true) {
    line.say('the pictures are those of the list that the folder was begun with; --add encodes others')
  }
  const result = await orInterrupted(context, 'interrupted; the same command goes on', async () => {
    try {
      const asked = {
        model: { card, encoder, decoder, golden },
        inputs: [...inputs, ...filesFrom === undefined ? [] : [filesFrom === '-' ? '-' : `@${filesFrom}`]],
        pictures: [...inputs, ...filesFrom === undefined ? [] : [linesOf(filesFrom, directory)]],
        root,
        isElsewhere: flags.root !== undefined,
        fit,
        invert: flags.invert === true,
        columns: EXTRA_COLUMNS.filter(name => flags.with?.includes(name)),
        files: flags.format,
        folder,
        shardSize,
        isAdding: flags.add === true,
        leaseSeconds: flags.lease,
        signal,
      }
      if (flags.queue !== undefined) return await throughQueue(flags.queue, asked)
      const threads = flags.threads ?? readCapacity().cores
      return await encodeCollection({ ...asked, threads, provider, maxPixels, part }, observer)
    } finally {
      line.end()
    }
  })
  const { rows, failed, isComplete, manifest } = result
  stdout.write(`latents ${displayPath(directory, folder)}\n`)
  const others = isComplete ? '' : `; ${shardsOf(manifest.shards)} in all, of which other parts are left`
  const unread = failed === 0 ? '' : `; ${failed} could not be read: see ${isComplete ? 'failed.jsonl' : 'done/'}`
  stdout.write(`rows    ${rows}${unread}${others}\n`)
}

const picturesOf = (count: number) => `${count} ${count === 1 ? 'picture' : 'pictures'}`
const shardsOf = (count: number) => `${count} ${count === 1 ? 'shard' : 'shards'}`

/** A folder goes on with the version it was begun with, where none is named. */
function versionOf (begun: Manifest | undefined, reference: string): string {
  const { name, version } = readReference('the model', reference)
  if (version !== undefined) return reference
  return begun?.model === name ? formatModelReference({ name, version: begun.version }) : reference
}

/** Reads paths, one a line, as they come. */
async function * linesOf (file: string, directory: string): Input & AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(resolve(directory, file))
  for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line !== '') yield line
}
