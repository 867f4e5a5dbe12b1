import { expected, NotAcceptableError } from './errors.js'

interface Range { readonly type: string, readonly quality: number }

/** An Accept header, such as `image/webp;q=0.8, image/png` → its ranges. Parameters other than q are not told apart. */
function parseAccept (header: string): Range[] {
  return header.split(',').map(element => {
    const [type = '', ...parameters] = element.split(';').map(part => part.trim().toLowerCase())
    const quality = Number(parameters.find(parameter => parameter.startsWith('q='))?.slice(2) ?? 1)
    return { type, quality: Number.isNaN(quality) ? 0 : quality }
  })
}

/** The most specific range that covers a type decides its quality. RFC 9110, 12.5.1. */
function qualityOf (offer: string, ranges: readonly Range[]): number {
  for (const pattern of [offer, `${offer.split('/')[0]}/*`, '*/*']) {
    const range = ranges.find(({ type }) => type === pattern)
    if (range !== undefined) return range.quality
  }
  return 0
}

/**
 * Returns the offer that a client likes best; among equals the one that comes first.
 *
 * Ours rather than `negotiator`: that settles equals by how specific a client's ranges are, then by the order of those,
 * and tells no qualities to settle them otherwise. An `<img>` of browsers that name WebP would get that instead of PNG,
 * and axios, which names JSON and then anything, JSON: RFC 9110 allows both, but the answers would change.
 * @throws PVAE_NOT_ACCEPTABLE if it takes none of them
 */
export function negotiate<T extends string> (accept: string | undefined, offers: readonly T[]): T {
  const ranges = parseAccept(accept === undefined || accept.trim() === '' ? '*/*' : accept)
  const [best] = offers
    .map(offer => ({ offer, quality: qualityOf(offer, ranges) }))
    .sort((a, b) => b.quality - a.quality)
  if (best === undefined || best.quality === 0) {
    throw new NotAcceptableError(expected(`one of ${offers.join(', ')}`, 'Accept', JSON.stringify(accept)))
  }
  return best.offer
}
