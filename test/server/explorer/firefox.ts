/** Firefox, driven by WebDriver BiDi, which it speaks by itself. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import type { Scope } from '../service.js'

const PROGRAM = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(path => existsSync(path))

/** Why the tests in Firefox do not run here; false where they do. */
export const skip = PROGRAM === undefined && 'no Firefox in /usr/bin: install it (firefox-esr) to run these tests'

export interface Firefox {
  /** What the page wrote as errors. */
  readonly complaints: readonly string[]
  open (url: string): Promise<void>
  /** Evaluates a function of the page. */
  evaluate<T> (act: () => T | Promise<T>): Promise<T>
  press (key: string): Promise<void>
  /** Drags from one place to another, in pixels of the page. */
  drag (from: readonly [number, number], to: readonly [number, number]): Promise<void>
}

interface Message {
  readonly id?: number,
  readonly method?: string,
  readonly result?: unknown,
  readonly message?: string,
  readonly params?: { readonly level: string, readonly text: string }
}

export async function startFirefox (t: Scope): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), 'pvae-firefox-'))
  const child = spawn(PROGRAM!, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  t.teardown(async () => {
    child.kill()
    if (child.exitCode === null) await once(child, 'exit')
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  let address: string | undefined
  for await (const line of createInterface({ input: child.stderr })) {
    address = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1]
    if (address !== undefined) break
  }
  if (address === undefined) throw new Error('expected Firefox to offer WebDriver BiDi but it ended')
  child.stderr.resume()
  const socket = new WebSocket(`${address}/session`)
  await once(socket, 'open')
  t.teardown(() => socket.terminate())

  const waiting = new Map<number, (message: Message) => void>()
  const complaints: string[] = []
  socket.on('message', data => {
    const message = JSON.parse(String(data)) as Message
    if (message.id !== undefined) waiting.get(message.id)?.(message)
    else if (message.params?.level === 'error') complaints.push(message.params.text)
  })
  let last = 0
  const send = async (method: string, params: object): Promise<unknown> => {
    const id = ++last
    const answer = new Promise<Message>(resolve => waiting.set(id, resolve))
    socket.send(JSON.stringify({ id, method, params }))
    const { result, message } = await answer
    if (result === undefined) throw new Error(`expected ${method} to succeed but Firefox says: ${message}`)
    return result
  }

  await send('session.new', { capabilities: {} })
  await send('session.subscribe', { events: ['log.entryAdded'] })
  const { contexts: [tab] } = await send('browsingContext.getTree', {}) as { contexts: [{ context: string }] }
  const { context } = tab
  await send('browsingContext.setViewport', { context, viewport: { width: 1280, height: 800 } })
  const perform = async (actions: readonly object[]) => { await send('input.performActions', { context, actions }) }
  return {
    complaints,
    open: async url => { await send('browsingContext.navigate', { context, url, wait: 'complete' }) },
    async evaluate<T> (act: () => T | Promise<T>) {
      const expression = `(async () => JSON.stringify(await (${act})()))()`
      const answer = await send('script.evaluate', { expression, target: { context }, awaitPromise: true }) as {
        result?: { value?: string }, exceptionDetails?: { text: string }
      }
      if (answer.exceptionDetails !== undefined) throw new Error(answer.exceptionDetails.text)
      return (answer.result?.value === undefined ? undefined : JSON.parse(answer.result.value)) as T
    },
    press: key => perform([{
      type: 'key', id: 'keys', actions: [{ type: 'keyDown', value: key }, { type: 'keyUp', value: key }],
    }]),
    drag: ([x, y], to) => perform([{
      type: 'pointer',
      id: 'mouse',
      parameters: { pointerType: 'mouse' },
      actions: [
        { type: 'pointerMove', x: Math.round(x), y: Math.round(y) },
        { type: 'pointerDown', button: 0 },
        ...Array.from({ length: 10 }, (_, i) => ({
          type: 'pointerMove',
          x: Math.round(x + (to[0] - x) * (i + 1) / 10),
          y: Math.round(y + (to[1] - y) * (i + 1) / 10),
          duration: 20,
        })),
        { type: 'pointerUp', button: 0 },
      ],
    }]),
  }
}
