import { createRandom } from '../../random/index.js'
import { folderOf } from '../folder/clips.js'
import { holdOutImages } from '../folder/split.js'
import type { Frame } from './split-files.js'

/**
 * The game that a frame is of: everything in its path before the number at the end of its name, without the separators
 * between, so `TableTennis/WiiSports_0012.jpg` is of `TableTennis/WiiSports`, and `WiiSports/0012.jpg` of `WiiSports/`.
 * @returns undefined for a name that does not end in a number
 */
export function gameOf (path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '')
  const match = /^(.*?)[\s_.#([-]*\d+[)\]]?$/.exec(name)
  return match === null ? undefined : folderOf(path) + match[1]!
}

/** A clip is a game, or the folder of frames whose names do not tell. */
export function clipOfGame (path: string): string {
  return gameOf(path) ?? folderOf(path)
}

/** The frames of one genre. */
export interface GenreFrames {
  readonly genre: string
  readonly frames: readonly Frame[]
}

export interface HeldOut {
  readonly test: ReadonlySet<string>
  /** Genres that could not be split as asked. */
  readonly notes: readonly string[]
}

/** Each frame by a hash of its path. */
export function holdOutFrames (genres: readonly GenreFrames[], testFraction: number, splitSeed: number): HeldOut {
  return holdOutImages(genres.flatMap(({ frames }) => frames).map(({ path }) => path), testFraction, splitSeed)
}

/**
 * Whole games, of each genre about `testFraction` of its frames, at least one game and never all. A genre whose file
 * names do not tell its games apart is split frame by frame, with a note.
 */
export function holdOutGames (genres: readonly GenreFrames[], testFraction: number, splitSeed: number): HeldOut {
  const test: string[] = []
  const notes: string[] = []
  for (const { genre, frames } of genres) {
    const games = new Map<string, string[]>()
    const unnumbered = frames.find(({ path }) => gameOf(path) === undefined)
    for (const { path } of frames) {
      const game = gameOf(path) ?? ''
      if (!games.has(game)) games.set(game, [])
      games.get(game)!.push(path)
    }
    if (unnumbered !== undefined || games.size < 2) {
      const reason = unnumbered === undefined
        ? `all ${frames.length} file names begin alike, as of one game (${frames[0]!.path})`
        : `the name of ${unnumbered.path} does not end in a frame number`
      notes.push(
        `${genre} can't be split by game, because ${reason}: its frames are split at random, so near-identical ones ` +
          'may fall on both sides.'
      )
      test.push(...holdOutFrames([{ genre, frames }], testFraction, splitSeed).test)
    } else {
      for (const game of chooseGames(games, testFraction, splitSeed)) test.push(...games.get(game)!)
    }
  }
  return { test: new Set(test), notes }
}

/**
 * In an order that the seed decides, each game that brings the share held out nearer to what is wanted; the smallest
 * where none does.
 */
function chooseGames (
  games: ReadonlyMap<string, readonly string[]>,
  testFraction: number,
  splitSeed: number
): string[] {
  const draws = [...games].map(([game, paths]) => ({
    game,
    frames: paths.length,
    draw: createRandom(splitSeed, 'split', game).uniform(),
  }))
  draws.sort((a, b) => a.draw - b.draw)
  const target = testFraction * draws.reduce((sum, { frames }) => sum + frames, 0)
  const chosen: string[] = []
  let held = 0
  for (const { game, frames } of draws) {
    if (chosen.length === draws.length - 1 || Math.abs(held + frames - target) >= Math.abs(held - target)) continue
    chosen.push(game)
    held += frames
  }
  return chosen.length > 0 ? chosen : [draws.reduce((a, b) => (b.frames < a.frames ? b : a)).game]
}
