import { didYouMean } from '@partition-vae/models'
import { TrainerError } from '../../foundation/errors.js'

/** `Table Tennis`, `table_tennis` and `TableTennis` are the same. */
function plain (genre: string): string {
  return genre.toLowerCase().replace(/[\s_-]+/g, '')
}

/**
 * The genres that a config names, as the data calls them, sorted.
 * @param wanted one, several, or `all`
 * @param known as the data calls them
 * @throws TrainerError PVAE_CONFIG_INVALID for one that the data does not have
 */
export function chooseGenres (wanted: string | readonly string[], known: readonly string[]): string[] {
  const names = [...new Set(known)].sort()
  const chosen = new Set<string>()
  for (const genre of typeof wanted === 'string' ? [wanted] : wanted) {
    const found = plain(genre) === 'all' ? names : names.filter(name => plain(name) === plain(genre))
    if (found.length === 0) {
      throw new TrainerError(
        'PVAE_CONFIG_INVALID',
        `expected ${names.join(', ')} or all for data.genre but received ` +
          `${JSON.stringify(genre)}${didYouMean(genre, [...names, 'all'])}`
      )
    }
    for (const name of found) chosen.add(name)
  }
  return [...chosen].sort()
}
