import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEpochRecords, type EpochRecord } from '../../../trainer/fit/record.js'
import { readEventFile } from '../../helpers/event-files.js'

type Split = 'train' | 'test'

/** Values of each tag by step. A process that went on where another was killed takes back what that one wrote later. */
async function readScalars (folder: string): Promise<Map<string, Map<number, number>>> {
  const scalars = new Map<string, Map<number, number>>()
  for (const file of (await readdir(folder)).sort()) {
    for (const { step, sessionStatus, values } of readEventFile(join(folder, file))) {
      if (sessionStatus === START) forgetFrom(scalars, step)
      for (const { tag, scalar } of values) {
        if (scalar === undefined) continue
        const series = scalars.get(tag) ?? new Map<number, number>()
        // Schedules are written with the steps, and again with the epoch that ends at one of them.
        const repeats = series.has(step) && !(tag.startsWith('schedule/') && series.get(step) === scalar)
        if (repeats) throw new Error(`expected step ${step} of ${tag} once but found it twice`)
        scalars.set(tag, series.set(step, scalar))
      }
    }
  }
  return scalars
}

/** SessionLog.SessionStatus of tensorflow/core/util/event.proto. */
const START = 1

function forgetFrom (scalars: Map<string, Map<number, number>>, step: number): void {
  for (const series of scalars.values()) for (const at of [...series.keys()]) if (at >= step) series.delete(at)
}

/** What the log says of an epoch, by tag. */
function expected (record: EpochRecord, split: Split): Array<[tag: string, value: number]> {
  const averages = record[split]
  if (averages === undefined) return []
  const { loss, mse, kl, klByPartition } = averages
  const partitions = Object.entries(klByPartition).map(([name, value]): [string, number] => [`kl/${name}`, value])
  return [['epoch/loss', loss], ['epoch/mse', mse], ['epoch/kl', kl], ...partitions]
}

/**
 * Compares a run's events with its log.
 * @throws Error where a value differs, is missing, or has a step that the log does not have
 */
export async function compareEvents (run: string): Promise<{ readonly values: number, readonly tags: number }> {
  const records = parseEpochRecords(await readFile(join(run, 'log.jsonl'), 'utf8'))
  const compared = new Set<string>()
  let values = 0
  for (const split of ['train', 'test'] as const) {
    const scalars = await readScalars(join(run, 'tensorboard', split))
    for (const record of records) {
      for (const [tag, value] of expected(record, split)) {
        const found = scalars.get(tag)?.get(record.step)
        if (found !== Math.fround(value)) {
          throw new Error(`${split}, ${tag} at step ${record.step}: expected ${value} as in the log but found ${found}`)
        }
        compared.add(`${split}/${tag}`)
        values++
      }
    }
    const steps = new Set(records.map(({ step }) => step))
    const strange = [...scalars.get('epoch/loss')?.keys() ?? []].filter(step => !steps.has(step))
    if (strange.length > 0) throw new Error(`expected ${split} at the log's steps but found ${strange.join()} too`)
  }
  return { values, tags: compared.size }
}
