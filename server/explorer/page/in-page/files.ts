/**
 * Files beside the page, each as a script that calls `pvaeFile(name, base64 of its gzip)`. A page from the disk may
 * load scripts and pictures, but no browser lets it read other files; so this one way works there and on any host.
 */
import { ServiceError } from '../service.js'

declare global {
  var pvaeFile: ((name: string, text: string) => void) | undefined
}

const waiting = new Map<string, (text: string) => void>()

/** @throws ServiceError where there is no such file */
export async function readBeside (name: string): Promise<Uint8Array<ArrayBuffer>> {
  globalThis.pvaeFile ??= (name, text) => waiting.get(name)?.(text)
  const text = await new Promise<string>((resolve, reject) => {
    const script = document.createElement('script')
    waiting.set(name, resolve)
    script.src = new URL(`model/${name}.js`, document.baseURI).href
    const words = `expected model/${name}.js beside this page: copy the whole folder`
    const refuse = () => reject(new ServiceError(words, { status: 404, code: 'PVAE_FILE_NOT_FOUND' }))
    // What the script holds has come before, if it is what it should be.
    script.onload = refuse
    script.onerror = refuse
    document.head.append(script)
  })
  document.querySelector(`script[src$="/${name}.js"]`)?.remove()
  const packed = Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(unpacked).arrayBuffer())
}
