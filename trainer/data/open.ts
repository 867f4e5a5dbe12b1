import type { DataConfig } from './config.js'
import type { DataSplits, OnDataProgress } from './dataset.js'
import { openDSprites } from './drawn/dsprites.js'
import { openMultiDSprites } from './drawn/multi-dsprites.js'
import { openRooms3d } from './drawn/rooms3d.js'
import { openTetrominoes } from './drawn/tetrominoes.js'
import { openIdx } from './idx.js'
import { openMnist } from './mnist.js'
import { openTableTennis } from './table-tennis/dataset.js'

type Openers = {
  readonly [S in DataConfig['source']]: (
    config: Extract<DataConfig, { source: S }>,
    onProgress?: OnDataProgress,
    signal?: AbortSignal
  ) => Promise<DataSplits>
}

/** One entry a source. */
const openers: Openers = {
  mnist: () => openMnist(),
  idx: ({ directory }) => openIdx(directory),
  'table-tennis': config => openTableTennis(config),
  'multi-dsprites': config => openMultiDSprites(config),
  dsprites: config => openDSprites(config),
  rooms3d: config => openRooms3d(config),
  tetrominoes: config => openTetrominoes(config),
  // Only these sources need the image decoder: the others do without loading it.
  folder: async (config, onProgress, signal) =>
    (await import('./folder/folder.js')).openFolder(config, onProgress, signal),
  arrays: async (config, onProgress, signal) =>
    (await import('./arrays/arrays.js')).openArrays(config, onProgress, signal),
  webdataset: async (config, onProgress, signal) =>
    (await import('./webdataset/webdataset.js')).openWebDataset(config, onProgress, signal),
  video: async (config, onProgress, signal) =>
    (await import('./video/video.js')).openVideo(config, onProgress, signal),
  sports10: async (config, onProgress, signal) =>
    (await import('./sports10/sports10.js')).openSports10(config, onProgress, signal),
}

/**
 * Opens the data set that a config names. The caller closes both splits.
 * @param config valid by DataConfigSchema, defaults filled in
 * @param onProgress called now and then while images are decoded
 * @param signal stops that: what is decoded by then is kept, and the next opening goes on from there
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY, PVAE_DATA_MIXED, PVAE_CONFIG_INVALID,
 * PVAE_DECODER_UNAVAILABLE, PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED; the signal's reason
 */
export async function openDataset (
  config: DataConfig,
  onProgress?: OnDataProgress,
  signal?: AbortSignal
): Promise<DataSplits> {
  const open = openers[config.source] as (
    config: DataConfig,
    onProgress?: OnDataProgress,
    signal?: AbortSignal
  ) => Promise<DataSplits>
  return open(config, onProgress, signal)
}
