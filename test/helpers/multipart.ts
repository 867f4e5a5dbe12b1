/** Request bodies of multipart/form-data. */
const BOUNDARY = '----partition-vae-test'

export interface Part {
  readonly name: string
  readonly data: Uint8Array | string
  /** A part with a file name is a file. */
  readonly filename?: string
  readonly type?: string
}

/** A multipart/form-data request body, as browsers write it. */
export function multipartOf (parts: readonly Part[]): { headers: Record<string, string>, payload: Buffer } {
  const chunks = parts.flatMap(({ name, data, filename, type = 'image/png' }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; ` +
      `name="${name}"${file}\r\n${filename === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`
    return [Buffer.from(head), Buffer.from(data), Buffer.from('\r\n')]
  })
  const payload = Buffer.concat([...chunks, Buffer.from(`--${BOUNDARY}--\r\n`)])
  return { headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }, payload }
}

export function imagesOf (...images: Uint8Array[]): { headers: Record<string, string>, payload: Buffer } {
  return multipartOf(images.map((data, i) => ({ name: 'image', data, filename: `${i}.png` })))
}
