import type { LayeredModelConfig } from '../../trainer/config/layered-schema.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'

export interface LayeredModelOptions {
  readonly activeFrom?: number
  readonly layerFrom?: number
  readonly coarseSteps?: number
  /** Fields of the model to set. */
  readonly model?: Record<string, unknown>
}

/** A small model with one partition of each kind, and two sprites, for images of 12 × 16. */
export function layeredModel ({
  activeFrom = 0,
  layerFrom = 0,
  coarseSteps,
  model = {},
}: LayeredModelOptions = {}): LayeredModelConfig {
  const config = parseRunConfig({
    name: 'layered',
    data: { source: 'table-tennis' },
    fit: { epochs: 1 },
    model: {
      architecture: 'layered',
      partitions: [
        { name: 'wall', kind: 'background', size: 2, rank: 3 },
        { name: 'player', kind: 'sprite', size: 3, rows: 6, columns: 4 },
        { name: 'haze', kind: 'layer', size: 2, rank: 2, activeFrom: layerFrom },
        { name: 'ball', kind: 'sprite', size: 2, rows: 4, columns: 4, cell: 1.5, activeFrom },
        { name: 'light', kind: 'gain', size: 1 },
      ],
      encoder: { poolRows: 3, poolColumns: 4, hidden: 8 },
      decoder: { hidden: 6 },
      ...(coarseSteps === undefined ? {} : { coarse: { factor: 2, steps: coarseSteps } }),
      ...model,
    },
  })
  return config.model as LayeredModelConfig
}
