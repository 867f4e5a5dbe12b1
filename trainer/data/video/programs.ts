/** ffmpeg and ffprobe: started without a shell, reading one local file. Whether they are there is found by starting. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { TrainerError } from '../../foundation/errors.js'

export type Program = 'ffmpeg' | 'ffprobe'

/** How a program ended. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
  /** The last line of its complaints; undefined for none. */
  readonly complaint: string | undefined
}

/** Bytes of complaints that are kept: a broken clip may cause one a frame. */
const KEPT_COMPLAINTS = 4096
const LONGEST_COMPLAINT = 200

/** What is put before the name of a file: it is never taken for an option or an address, nor may it lead to others. */
const READ_ONLY_FILES = ['-protocol_whitelist', 'file']

/** The arguments that name the file to read. @param path absolute */
export const inputArguments = (path: string): string[] => [...READ_ONLY_FILES, '-i', `file:${path}`]

/**
 * Runs a program on a file and gives its output as it comes.
 * @param path of the file, absolute, for what is left out of complaints
 * @throws TrainerError PVAE_DECODER_UNAVAILABLE where the program is not on the PATH; the signal's reason
 */
export async function * runProgram (
  program: Program,
  argv: readonly string[],
  { path, signal }: { readonly path: string, readonly signal?: AbortSignal | undefined }
): AsyncGenerator<Buffer, Ended, void> {
  signal?.throwIfAborted()
  // In a group of its own: Ctrl-C reaches this process, which stops it and keeps what came before.
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, windowsHide: true })
  const closed = once(child, 'close') as Promise<[number | null, string | null]>
  closed.catch(() => {})
  const stop = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', stop)
  const complaints = collectComplaints(child)
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer
    const [code, endedBy] = await closed
    signal?.throwIfAborted()
    return { code, signal: endedBy, complaint: lastLine(complaints(), path) }
  } catch (error) {
    signal?.throwIfAborted()
    throw await unavailable(program, closed, error)
  } finally {
    signal?.removeEventListener('abort', stop)
    stop()
  }
}

/** Keeps the end of what a program writes to its standard error. */
function collectComplaints (child: ChildProcess): () => string {
  let text = ''
  child.stderr!.setEncoding('utf8')
  child.stderr!.on('data', (some: string) => { text = (text + some).slice(-KEPT_COMPLAINTS) })
  return () => text
}

/** What both programs say last of whatever they can't read. */
const SAYS_NOTHING = 'Invalid data found when processing input'

/** `[h264 @ 0x55…] error while decoding` → `error while decoding` */
function lastLine (text: string, path: string): string | undefined {
  const lines = text.split(/[\r\n]+/)
    .map(line => line.trim().replaceAll(`file:${path}: `, '').replace(/^\[[^\]]* @ \w+\] /, ''))
    .filter(line => line !== '')
  return (lines.filter(line => line !== SAYS_NOTHING).at(-1) ?? lines.at(-1))?.slice(0, LONGEST_COMPLAINT)
}

/** The error for a program that could not be started; anything else as it is. */
async function unavailable (program: Program, closed: Promise<unknown>, error: unknown): Promise<unknown> {
  const { code, message } = await closed.then(() => error, (failed: unknown) => failed) as NodeJS.ErrnoException
  if (code === undefined || !['ENOENT', 'EACCES', 'ENOEXEC', 'EAGAIN', 'ENOMEM'].includes(code)) return error
  const found = code === 'ENOENT' ? 'none' : message
  return new TrainerError(
    'PVAE_DECODER_UNAVAILABLE',
    `expected the program ${program} on the PATH to read a video file but found ${found}: install FFmpeg (Debian, ` +
      'Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg), or give a folder ' +
      'of the frames',
    { cause: error }
  )
}
