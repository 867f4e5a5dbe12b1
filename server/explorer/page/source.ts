/**
 * Where models come from: the service, or what `pvae explore --export` has put beside the page. Whatever the page shows
 * it asks of here, and does not know which it is.
 */
import type { Decoder } from './decoder.js'
import * as service from './service.js'

type Asked = 'listModels' | 'readCard' | 'readSample' | 'readInfluence' | 'readFigure' | 'encode'

/** Searches only where cards have a link for it. */
export interface Source extends Pick<typeof service, Asked>, Partial<Pick<typeof service, 'searchLike'>>, Decoder {}

let source: Source = service

/** Whether there is a service, which other programs can ask too. */
export const isServed = import.meta.env.MODE !== 'static'

/** Asks something else from now on. */
export function useSource (next: Source): void {
  source = next
}

export const listModels: Source['listModels'] = () => source.listModels()
export const readCard: Source['readCard'] = (...asked) => source.readCard(...asked)
export const readSample: Source['readSample'] = (...asked) => source.readSample(...asked)
export const readInfluence: Source['readInfluence'] = (...asked) => source.readInfluence(...asked)
export const readFigure: Source['readFigure'] = (...asked) => source.readFigure(...asked)
export const encode: Source['encode'] = (...asked) => source.encode(...asked)
export const decode: Source['decode'] = (...asked) => source.decode(...asked)
export const drawLayers: Source['drawLayers'] = (...asked) => source.drawLayers(...asked)
export const drawLayer: Source['drawLayer'] = (...asked) => source.drawLayer(...asked)
export const searchLike: typeof service.searchLike = (...asked) => source.searchLike!(...asked)
