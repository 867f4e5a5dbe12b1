/** The same searches in Python: NumPy, and faiss's flat index where it is installed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../search.py', import.meta.url))

export interface PeerAnswer {
  /** Milliseconds. */
  readonly numpy: number
  /** Absent where faiss is not installed, or knows no such search. */
  readonly faiss?: number
  /** The nearest rows in float64; of equals the lower first. */
  readonly rows: readonly number[]
}

export interface Peers {
  readonly versions: string
  ask (latent: Float32Array, weights: readonly number[]): Promise<PeerAnswer>
  close (): void
}

/** Starts the program that answers search by search. @throws Error where it ends before it answers */
export async function startPeers (
  python: string, folder: string, { k, faiss }: { readonly k: number, readonly faiss: boolean }
): Promise<Peers> {
  const child = spawn(python, [PROGRAM, folder, String(k), faiss ? 'faiss' : 'numpy'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const read = async () => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error(`the peers ended with ${child.exitCode ?? (await once(child, 'exit'))[0]}`)
    return value as string
  }
  return {
    versions: await read(),
    async ask (latent, weights) {
      child.stdin.write(`${JSON.stringify({ latent: [...latent], weights })}\n`)
      return JSON.parse(await read()) as PeerAnswer
    },
    close () { child.stdin.end() },
  }
}
