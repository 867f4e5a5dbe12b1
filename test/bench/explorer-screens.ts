/** `npm run explorer:screens`: pictures of the explorer's views, wide and narrow, light and dark. */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { choose, skip, startExplorer } from '../server/explorer/browser.js'
import { readOptions } from './options.js'

const { output, models } = readOptions({
  name: 'explorer:screens',
  about: 'Pictures of each view of the explorer at 1280 and 390 pixels, light and dark, of the models that ship.',
  options: {
    output: { help: 'folder', default: 'screens' },
    models: { help: 'of which', default: ['table-tennis', 'digits', 'mnist'] as readonly string[] },
  },
})

if (skip !== false) throw new Error(skip)
const ends: Array<() => unknown> = []

/** What one does to see more of Play, by the name of its picture. */
const SCENES: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  apart: async page => {
    await page.getByRole('button', { name: 'Pull the layers apart' }).click()
    await page.locator('.plane-name').first().waitFor()
  },
  draw: async page => {
    const more = page.getByRole('button', { name: 'Bring an image' })
    if (await more.isVisible()) await more.click()
    await page.getByRole('button', { name: 'Draw' }).click()
    await page.locator('.sheet').waitFor()
    const { x, y, width } = (await page.locator('.sheet').boundingBox())!
    const seven = [[0.2, 0.2], [0.65, 0.18], [0.4, 0.8]].map(([u, v]) => [x + u! * width, y + v! * width] as const)
    await page.mouse.move(...seven[0]!)
    await page.mouse.down()
    for (const point of seven.slice(1)) await page.mouse.move(...point, { steps: 8 })
    await page.mouse.up()
  },
  influence: async page => await page.locator('.card-head').first().hover(),
  share: async page => await page.getByRole('button', { name: 'Take it away' }).click(),
}
const OF: Readonly<Record<string, readonly string[]>> = {
  'table-tennis': ['apart', 'share'], digits: ['draw'], mnist: ['influence'],
}

/** Lets what was asked for arrive. */
const settle = async (page: Page) => {
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(400)
}

try {
  const folder = resolve(output)
  await mkdir(folder, { recursive: true })
  const visitor = await startExplorer({ teardown: (end: () => unknown) => { ends.push(end) } })
  for (const dark of [false, true]) {
    for (const [width, height] of [[1280, 800], [390, 844]] as const) {
      for (const model of models) {
        const save = async (page: Page, name: string) => {
          await settle(page)
          const path = join(folder, `${model}-${name}-${width}-${dark ? 'dark' : 'light'}.png`)
          await page.screenshot({ path })
          console.log(path)
        }
        const visit = async () => {
          const page = await visitor.open({ width, height, dark })
          if (await page.getByRole('combobox', { name: 'Model' }).inputValue().then(one => !one.startsWith(model))) {
            await choose(page, model)
          }
          return page
        }
        const page = await visit()
        const tabs = page.getByRole('navigation', { name: 'Views' }).getByRole('button')
        for (const title of await tabs.allTextContents()) {
          await tabs.filter({ hasText: title }).click()
          await save(page, title.toLowerCase())
        }
        await page.close()
        for (const scene of OF[model] ?? []) {
          const page = await visit()
          await SCENES[scene]!(page)
          await save(page, scene)
          await page.close()
        }
      }
    }
  }
} finally {
  for (const end of ends.reverse()) await end()
}
