/** Float32, little-endian, in base64url: 20 numbers are 107 letters. */
export function packNumbers (numbers: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(numbers.length * 4))
  numbers.forEach((number, i) => bytes.setFloat32(i * 4, number, true))
  const text = String.fromCharCode(...new Uint8Array(bytes.buffer))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** @returns undefined for what is not numbers */
export function unpackNumbers (text: string | null): number[] | undefined {
  if (text === null || !/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0))
  if (bytes.length % 4 !== 0) return undefined
  const view = new DataView(bytes.buffer)
  const numbers = Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true))
  return numbers.every(Number.isFinite) ? numbers : undefined
}
