import type { Layers } from '../core/layers.js'
import type { Card } from './service.js'

/** Draws latents: the service does, or the page itself with the model's own graphs. */
export interface Decoder {
  /** @returns [N, H, W, C] */
  decode (card: Card, latents: ReadonlyArray<readonly number[]>): Promise<Uint8Array>
  /** Gives the layers of one latent's picture. Only for models that have layers. */
  drawLayers (card: Card, latent: readonly number[]): Promise<Layers>
  /** Gives one partition's layer of several latents. @returns [H, W, 4] of each */
  drawLayer (card: Card, partition: string, latents: ReadonlyArray<readonly number[]>): Promise<Uint8Array[]>
}
