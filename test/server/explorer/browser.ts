/** A real browser on the real service with the models that ship. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
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
/** Cameras are the browser's own drawings. */
const ARGUMENTS = ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
const root = new URL('../../../', import.meta.url)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

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
  /** Whether things move by themselves; else as for people who ask that they do not. */
  readonly motion?: boolean
  readonly touch?: boolean
}

export async function startExplorer (t: Scope): Promise<Visitor> {
  const repository = openRepository(fileURLToPath(new URL('models/repository', root)))
  const app = await buildApp({
    loadModels: log =>
      createRegistry({ repository, pool: createPool({ workers: 1, log, ...WORKER }), provider: 'cpu', log }),
  }, { version: '1.2.3', explorer: fileURLToPath(new URL('server/explorer/dist', root)), trustProxy: '127.0.0.1' })
  t.teardown(() => app.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const running = await chromium.launch({ executablePath: browser!, args: ARGUMENTS })
  t.teardown(() => running.close())
  const complaints: string[] = []
  return {
    origin,
    complaints,
    async open ({ path = '/', width = 1280, height = 800, dark = false, motion = false, touch = false } = {}) {
      const page = await running.newPage({
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: motion ? 'no-preference' : 'reduce',
        hasTouch: touch,
        permissions: ['camera', 'clipboard-read', 'clipboard-write'],
      })
      page.setDefaultTimeout(20_000)
      page.on('pageerror', error => complaints.push(error.message))
      page.on('console', message => { if (message.type() === 'error') complaints.push(message.text()) })
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

/** Shows another model, and waits for its picture. */
export async function choose (page: Page, model: string): Promise<void> {
  const before = await pixelsOf(page)
  await page.getByRole('combobox', { name: 'Model' }).selectOption(model)
  await untilChanged(page, before)
}

/** Has axe look at the page. @returns each violation's rule with its elements */
export async function findViolations (page: Page): Promise<Array<{ id: string, nodes: string[] }>> {
  // By evaluation, which the page's policy does not forbid to a debugger.
  await page.evaluate(axe)
  const { violations } = await page.evaluate('axe.run()') as {
    violations: Array<{ id: string, nodes: Array<{ html: string }> }>
  }
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))
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
