/**
 * Recognises files that people send and that are not taken: to be told "a HEIC file" helps, "bytes that are none of
 * these" does not.
 */

const text = (value: string): readonly number[] => Array.from(Buffer.from(value, 'latin1'))

/** By the bytes at an offset. */
const SIGNATURES: ReadonlyArray<readonly [name: string, offset: number, bytes: readonly number[]]> = [
  ['a GIF file', 0, text('GIF87a')],
  ['a GIF file', 0, text('GIF89a')],
  ['a TIFF file', 0, text('II*\0')],
  ['a TIFF file', 0, text('MM\0*')],
  ['a TIFF file', 0, text('II+\0')],
  ['a TIFF file', 0, text('MM\0+')],
  ['a JPEG XL file', 0, [0xff, 0x0a]],
  ['a JPEG XL file', 0, [0, 0, 0, 12, ...text('JXL \r\n'), 0x87, 0x0a]],
  ['a JPEG 2000 file', 0, [0, 0, 0, 12, ...text('jP  \r\n'), 0x87, 0x0a]],
  ['a JPEG 2000 file', 0, [0xff, 0x4f, 0xff, 0x51]],
  ['a Photoshop file', 0, text('8BPS')],
  ['an icon file', 0, [0, 0, 1, 0]],
  ['an OpenEXR file', 0, [0x76, 0x2f, 0x31, 0x01]],
  ['a Radiance HDR file', 0, text('#?RADIANCE')],
  ['a QOI file', 0, text('qoif')],
  ['a DICOM file', 128, text('DICM')],
  ['a NumPy file', 0, [0x93, ...text('NUMPY')]],
  ['a PDF file', 0, text('%PDF-')],
  ['a ZIP archive', 0, [...text('PK'), 3, 4]],
  ['gzip-compressed data', 0, [0x1f, 0x8b]],
  ['zstd-compressed data', 0, [0x28, 0xb5, 0x2f, 0xfd]],
]

/**
 * The formats of files made of boxes, which begin with `ftyp`: the first brand that is listed here names the file.
 * HEIF's own brands say less than the codec's.
 */
const BRANDS: ReadonlyArray<readonly [name: string, brands: RegExp]> = [
  ['an AVIF file', /^avi[fso]$/],
  ['a HEIC file', /^(hei[cxms]|hev[cxms])$/],
  ['a HEIF file', /^(mi[fa]\d|msf\d|mif\d)$/],
  ['a Canon raw file', /^crx $/],
  ['a video', /^(qt {2}|isom|iso\d|mp4\d|mp7\d|M4V |dash|avc1|3g..)$/],
]
/** The start of such a file in which its brands are sought. Bytes. */
const BOX = 256
/**
 * The start of a text in which its root element is sought: a declaration, a comment or a document type may precede it.
 * Bytes.
 */
const HEAD = 1024

function nameBoxes (bytes: Buffer): string | undefined {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return undefined
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, BOX)
  const brands = [bytes.toString('latin1', 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.toString('latin1', at, at + 4))
  return BRANDS.find(([, pattern]) => brands.some(brand => pattern.test(brand)))?.[0]
}

/** Two letters are no proof: the size of the header that follows has to be one of those there are. */
function isBitmap (bytes: Buffer): boolean {
  return (
    bytes.toString('latin1', 0, 2) === 'BM' &&
    bytes.length >= 18 &&
    [12, 16, 40, 52, 56, 64, 108, 124].includes(bytes.readUInt32LE(14))
  )
}

function nameText (bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, HEAD).replace(/^\u00ef\u00bb\u00bf/, '').trimStart()
  if (/^<(\?xml|!--|!doctype svg|svg)/i.test(head) && /<svg[\s>]/i.test(head)) return 'an SVG file'
  if (/^<(!doctype html|html|head|body)/i.test(head)) return 'a web page (HTML)'
  if (/^data:image\//i.test(head)) return 'a data URL (send the bytes that it stands for)'
  if (/^(iVBORw0KGgo|\/9j\/|UklGR)/.test(head)) return 'an image as base64 (send its bytes)'
  if (/^P[1-7]\s/.test(head)) return 'a Netpbm file'
  return undefined
}

/** Names what bytes are that are no PNG, JPEG or WebP, e.g. `a HEIC file`; undefined where nobody knows. */
export function nameForeignFormat (given: Uint8Array): string | undefined {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.length)
  const found = SIGNATURES.find(([, offset, signature]) => signature.every((byte, i) => bytes[offset + i] === byte))
  if (found !== undefined) return found[0]
  return nameBoxes(bytes) ?? (isBitmap(bytes) ? 'a BMP file' : nameText(bytes))
}
