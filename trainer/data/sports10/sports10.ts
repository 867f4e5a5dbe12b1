import { realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TrainerError } from '../../errors.js'
import type { Sports10Config } from '../config.js'
import type { DataSplits, OnDataProgress, SkippedFile } from '../dataset.js'
import { checkAnyImage, createCachedSplits } from '../folder/cached-splits.js'
import { openDecodedFiles, prepareCacheDirectory } from '../folder/decoded-files.js'
import { byPath, type ListedFile } from '../folder/list.js'
import { clipOfGame, holdOutFrames, holdOutGames, type GenreFrames, type HeldOut } from './games.js'
import { chooseGenres } from './genres.js'
import { readSplitFiles, SPLIT_FILES, type Frame } from './split-files.js'

const STATS_AT_ONCE = 64

/**
 * Opens the data set Sports10 (Trivedi, Liapis, Yannakakis, "Contrastive Learning of Generalized Game Representations", IEEE CoG 2021) as it is
 * unpacked: frames of any size, listed in `train_split.csv` and `val_split.csv` with their genre. The chosen genres are decoded once into the
 * cache that image folders use; frames that are missing or damaged are skipped and listed. With several genres, labels are genres. Pairs are
 * of frames of one game.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY, PVAE_DATA_MIXED, PVAE_CONFIG_INVALID, PVAE_OUTPUT_UNWRITABLE,
 * PVAE_RUN_LOCKED
 */
export async function openSports10 (config: Sports10Config, onProgress?: OnDataProgress): Promise<DataSplits> {
  const root = await realpath(config.root).catch((error: Error) => {
    throw new TrainerError('PVAE_DATA_NOT_FOUND', `expected a readable folder for data.root but found ${error.message}`, { cause: error })
  })
  const { frames: all, skipped: repeated } = await readSplitFiles(root)
  if (all.length === 0) throw new TrainerError('PVAE_DATA_EMPTY', `expected frames in ${SPLIT_FILES.train} and ${SPLIT_FILES.test} of ${root} but found none`)
  const genreNames = chooseGenres(config.genre, all.map(({ genre }) => genre))
  const genres = genreNames.map(genre => ({ genre, frames: all.filter(frame => frame.genre === genre) }))
  const frames = genres.flatMap(({ frames }) => frames)

  const { files, missing } = await findFiles(root, frames)
  const name = basename(root)
  if (files.length === 0) {
    throw new TrainerError('PVAE_DATA_EMPTY', `expected the frames that ${SPLIT_FILES.train} and ${SPLIT_FILES.test} name in ${root} but found none of ${frames.length}, ` +
      `e.g. ${frames[0]!.path}`)
  }
  const cacheDirectory = await prepareCacheDirectory(config.cacheDirectory)
  const cache = await openDecodedFiles({ directory: root, choice: genreNames.join('\n'), files, decode: config, cacheDirectory }, onProgress)
  await checkAnyImage(cache, `${name} for data.root`)
  const { test, notes } = holdOut(config, genres)
  const genreOf = new Map(frames.map(({ path, genre }) => [path, genreNames.indexOf(genre)]))
  const splits = await createCachedSplits({
    name,
    cache,
    isTest: path => test.has(path),
    advice: `with data.split ${config.split} of ${genreNames.join(', ')}`,
    labels: genreNames.length < 2 || genreNames.length > 256 ? undefined : { labelOf: path => genreOf.get(path)!, labelNames: genreNames },
    clipOf: clipOfGame,
  })
  return { ...splits, skipped: [...repeated, ...missing, ...cache.skipped].sort(byPath), notes }
}

function holdOut ({ split, testFraction, splitSeed }: Sports10Config, genres: readonly GenreFrames[]): HeldOut {
  if (split === 'game') return holdOutGames(genres, testFraction, splitSeed)
  if (split === 'random') return holdOutFrames(genres, testFraction, splitSeed)
  const official = genres.flatMap(({ frames }) => frames).filter(({ split }) => split === 'test')
  return { test: new Set(official.map(({ path }) => path)), notes: [] }
}

/** The frames that are there, sorted by path, and those that are not. */
async function findFiles (root: string, frames: readonly Frame[]): Promise<{ files: ListedFile[], missing: SkippedFile[] }> {
  const files: ListedFile[] = []
  const missing: SkippedFile[] = []
  for (let i = 0; i < frames.length; i += STATS_AT_ONCE) {
    await Promise.all(frames.slice(i, i + STATS_AT_ONCE).map(async ({ path, split }) => {
      try {
        const found = await stat(join(root, path))
        if (!found.isFile()) throw new Error('not a file')
        files.push({ path, bytes: found.size, modifiedMs: found.mtimeMs, mode: found.mode })
      } catch (error) {
        const gone = (error as NodeJS.ErrnoException).code === 'ENOENT'
        missing.push({ path, reason: `named in ${SPLIT_FILES[split]}, but ${gone ? 'not there' : (error as Error).message}` })
      }
    }))
  }
  return { files: files.sort(byPath), missing }
}
