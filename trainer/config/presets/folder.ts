/** A user's own images. */
import { partitions, type Preset } from './preset.js'

/**
 * Frames of a camera that stands still, and a few things that move: one sprite each, once the images have been looked
 * at.
 */
const footageConfig = {
  name: 'footage',
  description: 'Footage of a camera that stands still: a sprite for each moving thing, and the background',
  data: { source: 'folder', height: 64, width: 64, channels: 3 },
  model: {
    architecture: 'layered',
    partitions: [{ name: 'p1', kind: 'background', size: 1, rank: 12 }],
    attention: { sharpness: 1, outliers: 3, window: 'always', frozenUntil: 0.4 },
    encoder: { hidden: 64 },
    decoder: { hidden: 48 },
    logVarianceFloor: -8.5,
    likelihood: { kind: 'gaussian', variance: 9e-4 },
  },
  objective: { betaWarmup: 0.6 },
  fit: { epochs: 10, batchSize: 24, learningRate: 2e-3, adam: { beta2: 0.99, epsilon: 1e-8 }, gradientClip: 200 },
}

/** Images of any kind: the network of the paper, on all of the image. */
const jointConfig = {
  data: { source: 'folder', height: 64, width: 64, channels: 3 },
  model: {
    partitions: partitions(5, 5, 4, 3, 2, 1),
    subresolution: { factor: 1, interpolation: 'nearest' },
    activation: 'leaky-relu',
    encoder: {
      blocks: [32, 64, 64].map(channels => ({ channels, kernel: 4, downsample: 'stride' })),
      hidden: [256],
    },
    heads: { hidden: 16, residual: true },
    decoder: {
      hidden: [256],
      base: 64,
      blocks: [64, 32, 32].map(channels => ({ channels, kernel: 4, upsample: 'transposed' })),
      outputKernel: 3,
    },
    likelihood: { kind: 'gaussian', variance: 'calibrated' },
  },
  fit: { epochs: 50, batchSize: 64, learningRate: 1e-3 },
}

export const folderPresets: readonly Preset[] = [
  {
    name: 'footage',
    description:
      'Footage of a camera that stands still (--data DIR or CLIP): looks at the frames first, then gives each moving ' +
        'thing a partition of its own',
    needsData: true,
    sizedByImages: true,
    analyses: 'always',
    config: footageConfig,
  },
  {
    name: 'images',
    description:
      'A folder of PNG, JPEG or WebP images of any kind (--data DIR), in RGB, brought to about 64×64 pixels in ' +
        'their own aspect unless --height, --width, --channels say otherwise',
    needsData: true,
    sizedByImages: true,
    config: { name: 'images', ...jointConfig },
  },
  {
    name: 'folder',
    description:
      'A folder of images or a clip (--data DIR or CLIP), looked at first: footage where the camera stands still and ' +
        'a few things move, images otherwise',
    needsData: true,
    sizedByImages: true,
    analyses: 'footage',
    config: { name: 'folder', ...jointConfig },
  },
]
