/**
 * Numbers of publications, to stand beside measured ones. They are of the authors' own trainings on the original data
 * sets, longer by far; drawn equivalents of these sets have the same definition, and not the same pixels.
 */

export interface Published {
  readonly model: string
  /** Where the numbers are printed. */
  readonly source: string
  /** By name of the measure. */
  readonly values: Readonly<Record<string, number>>
}

const efficientMorl = 'Emami et al. 2021, arXiv 2106.03630, table 1'
const dtiSprites = 'Monnier et al. 2021, arXiv 2104.14575'
const fdae = 'Wu and Zheng 2024, "Factorized diffusion autoencoder", table 2'

/** By the preset of the images. */
export const PUBLISHED: Readonly<Record<string, readonly Published[]>> = {
  'multi-dsprites': [
    { model: 'Slot Attention', source: efficientMorl, values: { 'FG-ARI': 0.913 } },
    { model: 'EfficientMORL', source: efficientMorl, values: { 'FG-ARI': 0.912 } },
    { model: 'DTI-Sprites', source: dtiSprites, values: { 'class accuracy': 0.913 } },
  ],
  tetrominoes: [
    { model: 'Slot Attention', source: efficientMorl, values: { 'FG-ARI': 0.995 } },
    { model: 'EfficientMORL', source: efficientMorl, values: { 'FG-ARI': 0.982 } },
    { model: 'DTI-Sprites', source: dtiSprites, values: { 'class accuracy': 0.995 } },
  ],
  shapes3d: [
    { model: 'β-TCVAE', source: fdae, values: { DCI: 0.613, FactorVAE: 0.873, MIG: 0.406 } },
    { model: 'FDAE', source: fdae, values: { DCI: 0.917, FactorVAE: 0.987, MIG: 0.473 } },
  ],
}
