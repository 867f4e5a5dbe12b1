/** A real browser on the real service with the models that ship. */
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { openRepository } from '@partition-vae/models'
import { chromium, type Page } from 'playwright-core'
import { buildApp } from '../../../server/app.js'
import { createPool } from '../../../server/inference/pool.js'
import { createRegistry } from '../../../server/inference/registry.js'
import { WORKER, type Scope } from '../service.js'

/** Where Debian, Google and Fedora put it; the tests download none. */
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser']
const browser = BROWSERS.find(path => existsSync(path))
const root = new URL('../../../', import.meta.url)

/** Why the tests in a browser do not run here; false where they do. */
export const skip = browser === undefined && 'no Chromium in /usr/bin: install it to run the tests in a browser'

export interface Visitor {
  readonly origin: string
  /** What the browser complained of, in any page: its policy's refusals too. */
  readonly complaints: string[]
  /** Opens the page in a fresh profile. */
  open (options?: VisitOptions): Promise<Page>
}

export interface VisitOptions {
  readonly path?: string
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
  /** Done before the page is asked for. */
  readonly prepare?: (page: Page) => Promise<unknown>
}

export async function startExplorer (t: Scope): Promise<Visitor> {
  const repository = openRepository(fileURLToPath(new URL('models/repository', root)))
  const app = await buildApp({
    loadModels: log =>
      createRegistry({ repository, pool: createPool({ workers: 1, log, ...WORKER }), provider: 'cpu', log }),
  }, { version: '1.2.3', explorer: fileURLToPath(new URL('server/explorer/dist', root)), trustProxy: '127.0.0.1' })
  t.teardown(() => app.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  return await startBrowser(t, `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
}

/** Starts a browser that visits a page anywhere. */
export async function startBrowser (t: Scope, origin: string): Promise<Visitor> {
  const running = await chromium.launch({ executablePath: browser!, args: ['--no-sandbox'] })
  t.teardown(() => running.close())
  const complaints: string[] = []
  return {
    origin,
    complaints,
    async open ({ path = '/', width = 1280, height = 800, dark = false, prepare } = {}) {
      const page = await running.newPage({
        viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce',
      })
      page.setDefaultTimeout(20_000)
      page.on('pageerror', error => complaints.push(error.message))
      page.on('console', message => { if (message.type() === 'error') complaints.push(message.text()) })
      await prepare?.(page)
      await page.goto(new URL(path, origin).href)
      await page.locator('.card').first().waitFor()
      await untilDrawn(page)
      return page
    },
  }
}

/** Waits until the picture has something on it. */
async function untilDrawn (page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.big')!
    return canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data.some(value => value !== 0)
  })
}

/** Gives the pixels of the big picture, [H · W · 4]. */
export const pixelsOf = (page: Page): Promise<number[]> => page.evaluate(() => {
  const canvas = document.querySelector<HTMLCanvasElement>('canvas.big')!
  return [...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data]
})

/** Waits until the picture is no more what it was and has come to rest. @returns its pixels */
export async function untilChanged (page: Page, before: readonly number[]): Promise<number[]> {
  let last = before
  for (let still = 0, tries = 0; still < 3; tries++) {
    if (tries > 200) throw new Error('expected the picture to change and rest, but it did not in 20 s')
    await page.waitForTimeout(100)
    const now = await pixelsOf(page)
    const isSame = now.every((value, i) => value === last[i])
    still = isSame && now.some((value, i) => value !== before[i]) ? still + 1 : 0
    last = now
  }
  return [...last]
}

/** Largest difference of two pictures at the pixels that `where` chooses. */
export function furthest (a: readonly number[], b: readonly number[], where = (_pixel: number) => true): number {
  return a.reduce((most, value, i) => where(Math.floor(i / 4)) ? Math.max(most, Math.abs(value - b[i]!)) : most, 0)
}
