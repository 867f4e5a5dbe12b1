/** A real browser on the real service with the models that ship. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { openRepository } from '@partition-vae/models'
import { chromium, type Locator, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { buildApp, type AppOptions } from '../../../server/app.js'
import { createPool } from '../../../server/inference/pool.js'
import { createRegistry, type ModelRegistry } from '../../../server/inference/registry.js'
import { createIndexes } from '../../../server/search/indexes.js'
import { SEARCH_WORKER, WORKER, type Scope } from '../service.js'

/** Where Debian, Google and Fedora put it; the tests download none. */
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser']
const browser = BROWSERS.find(path => existsSync(path))
/** Cameras are the browser's own drawings. */
const ARGUMENTS = ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
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

export interface ServedVisitor extends Visitor {
  /** Has the service look for new versions. */
  reload (): Promise<void>
}

export interface VisitOptions {
  readonly path?: string
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
  /** Whether things move by themselves; else as for people who ask that they do not. */
  readonly motion?: boolean
  readonly touch?: boolean
  /** Done before the page is asked for. */
  readonly prepare?: (page: Page) => Promise<unknown>
  /** Default: the big picture is there. */
  readonly until?: 'drawn' | 'loaded'
}

export interface ExplorerOptions {
  /** The model repository. Default: the models that ship. */
  readonly models?: string
  /** A folder of indexes. Default: none. */
  readonly indexes?: string
  readonly security?: AppOptions['security']
}

const SHIPPED = fileURLToPath(new URL('models/repository', root))

export async function startExplorer (
  t: Scope, { models = SHIPPED, indexes: folder, security = {} }: ExplorerOptions = {}
): Promise<ServedVisitor> {
  const repository = openRepository(models)
  let registry: ModelRegistry | undefined
  const app = await buildApp({
    ...folder !== undefined && {
      async loadIndexes (log) {
        const indexes = createIndexes({ folder, threads: 1, maxWaiting: 100, log, ...SEARCH_WORKER })
        await indexes.look()
        return indexes
      },
    },
    async loadModels (log) {
      registry = await createRegistry({
        repository, pool: createPool({ workers: 1, log, ...WORKER }), provider: 'cpu', log,
      })
      return registry
    },
  }, {
    version: '1.2.3',
    explorer: fileURLToPath(new URL('server/explorer/dist', root)),
    trustProxy: '127.0.0.1',
    security,
  })
  t.teardown(() => app.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  return { ...await startBrowser(t, origin), reload: () => registry!.reload() }
}

/** Starts a browser that visits a page anywhere. */
export async function startBrowser (t: Scope, origin: string): Promise<Visitor> {
  const running = await chromium.launch({ executablePath: browser!, args: ARGUMENTS })
  t.teardown(() => running.close())
  const complaints: string[] = []
  return {
    origin,
    complaints,
    async open ({
      path = '/',
      width = 1280,
      height = 800,
      dark = false,
      motion = false,
      touch = false,
      until = 'drawn',
      prepare,
    } = {}) {
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
      await prepare?.(page)
      await page.goto(new URL(path, origin).href)
      if (until === 'drawn') await untilDrawn(page)
      return page
    },
  }
}

/** Starts a proxy that takes a prefix off. @returns the address under which it offers the service */
export async function startProxy (t: Scope, origin: string, prefix: string): Promise<string> {
  const proxy = createServer((incoming, outgoing) => {
    const options = { method: incoming.method!, headers: { ...incoming.headers, 'x-forwarded-prefix': prefix } }
    const asked = request(new URL(incoming.url!.replace(prefix, ''), origin), options, answer => {
      outgoing.writeHead(incoming.url!.startsWith(prefix) ? answer.statusCode! : 404, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(asked)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  t.teardown(() => proxy.close())
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${prefix}`
}

/** Waits until the picture has something on it. */
export async function untilDrawn (page: Page): Promise<void> {
  await page.locator('.card').first().waitFor()
  await page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.big')
    const context = canvas?.getContext('2d')
    return context?.getImageData(0, 0, canvas!.width, canvas!.height).data.some(value => value !== 0)
  })
}

/** Gives the pixels of the big picture, [H · W · 4]; waits for it where another model is being shown. */
export const pixelsOf = (page: Page): Promise<number[]> => pixelsIn(page.locator('canvas.big'))

/** Waits until the picture is no more what it was and has come to rest. @returns its pixels */
export async function untilChanged (page: Page, before: readonly number[]): Promise<number[]> {
  let last = before
  for (let still = 0, tries = 0; still < 3; tries++) {
    if (tries > 200) {
      const says = await page.getByRole('status').first().textContent()
      throw new Error(`expected the picture to change and rest, but it did not in 20 s, and the page says: ${says}`)
    }
    await page.waitForTimeout(100)
    const now = await pixelsOf(page)
    const isSame = now.every((value, i) => value === last[i])
    // A canvas of another size is empty until the first picture of another model comes.
    const isDrawn = now.some(value => value !== 0)
    still = isSame && isDrawn && now.some((value, i) => value !== before[i]) ? still + 1 : 0
    last = now
  }
  return [...last]
}

/** Largest difference of two pictures at the pixels that `where` chooses. */
export function furthest (a: readonly number[], b: readonly number[], where = (_pixel: number) => true): number {
  return a.reduce((most, value, i) => where(Math.floor(i / 4)) ? Math.max(most, Math.abs(value - b[i]!)) : most, 0)
}

/** Shows another model, and waits until it is drawn. */
export async function choose (page: Page, model: string): Promise<void> {
  const before = await pixelsOf(page)
  await page.getByRole('combobox', { name: 'Model' }).selectOption(model)
  await untilChanged(page, before)
}

/** Puts a slider somewhere as a hand does, in one input. */
export const slide = (page: Page, name: string, share: number) =>
  page.getByRole('slider', { name }).evaluate((input: HTMLInputElement, share) => {
    const value = Number(input.min) + share * (Number(input.max) - Number(input.min))
    input.value = String(value)
    input.dispatchEvent(new Event('input', { bubbles: true }))
  }, share)

/** Gives the pixels of a canvas, [H · W · 4], once something is drawn on it: until then all are transparent. */
export const pixelsIn = (canvas: Locator): Promise<number[]> => canvas.evaluate(async (node: HTMLCanvasElement) => {
  for (let tries = 0; ; tries++) {
    const pixels = [...node.getContext('2d')!.getImageData(0, 0, node.width, node.height).data]
    if (pixels.some(value => value !== 0)) return pixels
    if (tries === 200) throw new Error('nothing is drawn on the canvas, in 20 s')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
})

/** Chooses a view by its tab. */
export const show = (page: Page, view: string) =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click()

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Has axe-core look at a page. */
export async function findViolations (page: Page) {
  // By evaluation, which the page's policy does not forbid to a debugger.
  await page.evaluate(axe)
  const { violations } = await page.evaluate('axe.run()') as {
    violations: Array<{ id: string, impact: string, nodes: Array<{ html: string }> }>
  }
  return violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html) }))
}

/** Expects that axe-core finds nothing, and that nothing sticks out of the window. */
export async function checkAccess (t: Test, page: Page, what: string): Promise<void> {
  const found = await findViolations(page)
  t.strictSame(found, [], what)
  const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  t.ok(needed! <= given!, `${what}: nothing sticks out, ${needed} of ${given} pixels`)
}

/** Has axe look at a view in dark and light, wide and narrow. @param ready waits until all of it is there */
export async function checkAccessEverywhere (
  t: Test, visitor: Visitor, what: string, ready: (page: Page) => Promise<unknown>
): Promise<void> {
  for (const dark of [false, true]) {
    for (const width of [1280, 390]) {
      const page = await visitor.open({ dark, width, height: width === 390 ? 844 : 800 })
      await ready(page)
      await checkAccess(t, page, `${what}, ${dark ? 'dark' : 'light'}, ${width} pixels`)
      await page.close()
    }
  }
}
