/** Says what is drawn of a picture, where that is not all of it. */
import { join } from './report.js'
import { titleOf, type Partition, type Scene } from './scene.js'

/** Names a partition within a sentence: common nouns have their article, as in `the table`, names have none. */
export const nameInSentence = (title: string): string => /^[a-z]+$/.test(title) ? `the ${title}` : title

/** @returns undefined where all partitions are drawn */
export function describeShown (
  { hidden, solo }: Pick<Scene, 'hidden' | 'solo'>, partitions: readonly Partition[]
): string | undefined {
  const named = (wanted: (name: string) => boolean) =>
    join(partitions.filter(({ name }) => wanted(name)).map(partition => nameInSentence(titleOf(partition))))
  if (solo !== undefined) return `Only ${named(name => name === solo)} is shown.`
  return hidden.length === 0 ? undefined : `Hidden: ${named(name => hidden.includes(name))}.`
}
