import type { Size } from '../choose-size.js'

/** A starting point: an unresolved config, which flags and `--set` change before it is checked. */
export interface Preset {
  readonly name: string
  readonly description: string
  /** The folder of images is the user's to name, with --data. */
  readonly needsData: boolean
  /**
   * When the config is completed by an analysis of the images: always, where it knows only what lies behind; or where
   * they are footage, where it is otherwise whole, and preset footage takes its place. Default: never.
   */
  readonly analyses?: 'always' | 'footage'
  /** The images' own sizes decide to what they are brought, where flags do not. Default: the config does. */
  readonly sizedByImages?: true
  /** The size of the scenes that its layers are for; they grow with larger ones. Default: they stay as they are. */
  readonly drawnAt?: Size
  readonly config: Readonly<Record<string, unknown>>
}

/** Partitions named p1, p2, …: what each comes to hold is learned, so real names come after measuring. */
export const partitions = (...sizes: number[]) => sizes.map((size, i) => ({ name: `p${i + 1}`, size }))
