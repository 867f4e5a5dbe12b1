/** `too large`: beyond the limit of pixels. `damaged`: not a whole PNG, JPEG or WebP. */
export type FaultKind = 'damaged' | 'too large'

/** Why an image is not decoded: `message` is the reason, on one line. */
export class ImageFault extends Error {
  override readonly name = 'ImageFault'
  readonly kind: FaultKind

  constructor (kind: FaultKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** A decoder's message on one line, without its ends. */
export function describeReason (message: string): string {
  return message.replace(/\s+/g, ' ').trim().slice(0, 200).replace(/[\s:]+$/, '')
}
