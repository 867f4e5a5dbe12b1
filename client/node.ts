import { readFile } from 'node:fs/promises'

/** Reads an image file for the client, in Node. @throws the file system's error, which names the path */
export async function readImage (path: string | URL): Promise<Blob> {
  return new Blob([await readFile(path)])
}
