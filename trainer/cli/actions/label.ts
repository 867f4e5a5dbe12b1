import { didYouMean, type Card } from '@partition-vae/models'
import { invalid } from '../../config/resolve.js'
import { measuredLabels } from '../../measure/measured-labels.js'
import type { CliContext } from '../context.js'
import type { LabelFlags } from '../commands/label.js'
import { openModel } from './models.js'
import { republish } from './republish.js'
import { chosenDirectories } from '../output-directories.js'
import { displayPath } from '../terminal/display-path.js'
import { flagsText } from '../terminal/shell-commands.js'

/** A card's labels are at most this long. */
const MAX_LABEL_LENGTH = 64

export async function label (
  assignments: readonly string[],
  { model: reference, measured = false, ...flags }: LabelFlags,
  { directory, stdout }: CliContext
): Promise<void> {
  if (assignments.length === 0 && !measured) throw invalid('the labels', 'PARTITION=LABEL or --measured', 'neither')
  const { repository } = chosenDirectories(directory, flags)
  const labelled = await openModel(repository, reference)
  const { card } = labelled
  const given = new Map(assignments.map(assignment => parseLabel(assignment, card)))
  const found = measured ? measuredLabels(card) : new Map<string, string>()
  const partitions = card.partitions.map(({ label: before, ...partition }) => {
    const label = given.get(partition.name) ?? found.get(partition.name) ?? before ?? ''
    return { ...partition, ...(label === '' ? {} : { label }) }
  })
  const published = await republish(repository, labelled, { partitions })
  for (const { name, label } of partitions) stdout.write(`${name}  ${label ?? '(no label)'}\n`)
  stdout.write(`model   ${displayPath(directory, published.directory)}\n`)
  const remedy = `npm run pvae -- report --model ${published.name}@${published.version}`
  stdout.write(`report  with these names: ${remedy}${flagsText(flags, ['repository'])}\n`)
}

/**
 * @throws TrainerError PVAE_CONFIG_INVALID for a partition that the model does not have, or a label that a card can't
 * hold
 */
function parseLabel (assignment: string, { partitions }: Card): [name: string, label: string] {
  const equals = assignment.indexOf('=')
  const name = assignment.slice(0, Math.max(0, equals))
  if (equals < 1) throw invalid('the labels', 'PARTITION=LABEL', JSON.stringify(assignment))
  if (!partitions.some(partition => partition.name === name)) {
    throw invalid(
      'the labels',
      `one of the partitions ${partitions.map(({ name }) => name).join(', ')}`,
      `${JSON.stringify(name)}${didYouMean(
        name,
        partitions.map(({ name }) => name)
      )}`
    )
  }
  const label = assignment.slice(equals + 1).trim()
  if (label.length > MAX_LABEL_LENGTH) {
    throw invalid(`the label of ${name}`, `at most ${MAX_LABEL_LENGTH} characters`, `${label.length}`)
  }
  return [name, label]
}
