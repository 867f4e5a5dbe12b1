import { realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { notFound } from '../../foundation/not-found.js'
import type { Sports10Config } from '../source-config/frames.js'
import type { DataSplits, OnDataProgress, SkippedFile } from '../dataset.js'
import { checkAnyImage, createCachedSplits } from '../folder/cached-splits.js'
import { openDecodedFiles, prepareCacheDirectory } from '../folder/decoded-files.js'
import { byPath, identityOf, listed, type ListedFile } from '../folder/list.js'
import { clipOfGame, holdOutFrames, holdOutGames, type GenreFrames, type HeldOut } from './games.js'
import { chooseGenres } from './genres.js'
import { readSplitFiles, SPLIT_FILES, type Frame } from './split-files.js'

const STATS_AT_ONCE = 64

/**
 * Opens the data set Sports10 (Trivedi, Liapis, Yannakakis, "Contrastive Learning of Generalized Game Representations",
 * IEEE CoG 2021) as it is unpacked: frames of any size, listed in `train_split.csv` and `val_split.csv` with their
 * genre. The chosen genres are decoded once into the cache that image folders use; frames that are missing or damaged
 * are skipped and listed. With several genres, labels are genres. Pairs are of frames of one game.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY, PVAE_DATA_MIXED, PVAE_CONFIG_INVALID,
 * PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED
 */
export async function openSports10 (
  config: Sports10Config,
  onProgress?: OnDataProgress,
  signal?: AbortSignal
): Promise<DataSplits> {
  const root = await realpath(config.root).catch((error: Error) => {
    throw notFound(config.root, 'data.root', error)
  })
  const { frames: all, skipped: repeated } = await readSplitFiles(root)
  if (all.length === 0) {
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected frames in ${SPLIT_FILES.train} and ${SPLIT_FILES.test} of ${root} but found none`
    )
  }
  const genreNames = chooseGenres(
    config.genre,
    all.map(({ genre }) => genre)
  )
  const frames = all.filter(({ genre }) => genreNames.includes(genre))

  const { files, missing, pathOf } = await findFiles(root, frames, signal)
  const name = basename(root)
  if (files.length === 0) {
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected the frames that ${SPLIT_FILES.train} and ${SPLIT_FILES.test} name in ${root} but found none of ` +
      `${frames.length}, ` +
        `e.g. ${frames[0]!.path}`
    )
  }
  const cacheDirectory = await prepareCacheDirectory(config.cacheDirectory)
  const cache = await openDecodedFiles(
    { directory: root, choice: genreNames.join('\n'), files, decode: config, cacheDirectory, signal },
    onProgress
  )
  await checkAnyImage(cache, `${name} for data.root`)
  // By the names that the files have: the CSV files may have been written on a system with another Unicode form.
  const found = frames.map(frame => ({ ...frame, path: pathOf(frame.path) }))
  const { test, notes } = holdOut(
    config,
    genreNames.map(genre => ({ genre, frames: found.filter(frame => frame.genre === genre) }))
  )
  const genreOf = new Map(found.map(({ path, genre }) => [path, genreNames.indexOf(genre)]))
  const splits = await createCachedSplits({
    name,
    cache,
    isTest: path => test.has(path),
    advice: `with data.split ${config.split} of ${genreNames.join(', ')}`,
    labels:
      genreNames.length < 2 || genreNames.length > 256
        ? undefined
        : { labelOf: path => genreOf.get(path)!, labelNames: genreNames },
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

interface FoundFiles {
  readonly files: ListedFile[]
  readonly missing: SkippedFile[]
  /** The path of a frame's file, which may have another Unicode form than the frame's in the CSV file. */
  readonly pathOf: (path: string) => string
}

/** The frames that are there, sorted by path, each file once; and those that are not. */
async function findFiles (
  root: string,
  frames: readonly Frame[],
  signal: AbortSignal | undefined
): Promise<FoundFiles> {
  const files: ListedFile[] = []
  const missing: SkippedFile[] = []
  const paths = new Map<string, string>()
  const known = new Map<string, string>()
  const sorted = [...frames].sort(byPath)
  for (let i = 0; i < sorted.length; i += STATS_AT_ONCE) {
    signal?.throwIfAborted()
    const some = sorted.slice(i, i + STATS_AT_ONCE)
    const found = await Promise.all(some.map(({ path }) => statInAnyForm(root, path).catch((error: Error) => error)))
    found.forEach((file, j) => {
      const { path, split } = some[j]!
      const skip = (reason: string) => {
        missing.push({ path, reason: `named in ${SPLIT_FILES[split]}, but ${reason}` })
      }
      if (file instanceof Error) {
        return skip((file as NodeJS.ErrnoException).code === 'ENOENT' ? 'not there' : file.message)
      }
      const before = file.identity === undefined ? undefined : known.get(file.identity)
      if (before !== undefined) return skip(`the same file as ${before}`)
      if (file.identity !== undefined) known.set(file.identity, file.listed.path)
      if (file.listed.path !== path) paths.set(path, file.listed.path)
      files.push(file.listed)
    })
  }
  return { files: files.sort(byPath), missing, pathOf: path => paths.get(path) ?? path }
}

/**
 * Looks for a file under its name, or else under the same name in another Unicode form (é as one character or as two).
 */
async function statInAnyForm (
  root: string,
  name: string
): Promise<{ listed: ListedFile; identity: string | undefined }> {
  let failure: unknown
  for (const path of new Set([name, name.normalize('NFC'), name.normalize('NFD')])) {
    try {
      const found = await stat(join(root, path), { bigint: true })
      if (!found.isFile()) throw new Error('not a file')
      return { listed: listed(path, found), identity: identityOf(found) }
    } catch (error) {
      failure ??= error
    }
  }
  throw failure
}
