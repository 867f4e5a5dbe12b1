/** The page beside its service: keys, a service that is killed and starts again, versions that come. */
import { cp, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openRepository } from '@partition-vae/models'
import t from 'tap'
import { republish } from '../../../trainer/cli/actions/republish.js'
import { addressOf, spawnService } from '../process.js'
import { temporaryFolder } from '../service.js'
import {
  checkAccess, furthest, pixelsOf, show, skip, slide, startBrowser, startExplorer, untilChanged, untilDrawn,
} from './browser.js'

async function freePort (): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

t.test('a service that wants a key: asked for, tried again, kept for the tab alone', { skip }, async t => {
  const file = join(await temporaryFolder(t), 'keys')
  await writeFile(file, 'a-key-of-sixteen-letters')
  const visitor = await startExplorer(t, { security: { apiKeysFile: file } })
  const page = await visitor.open({ until: 'loaded' })
  const alert = page.getByRole('alert')
  await alert.waitFor()
  t.equal(await alert.locator('p').textContent(),
    'This service wants a key. It is kept until you close the tab.')
  await checkAccess(t, page, 'asked for a key')
  const enter = async (key: string) => {
    await page.getByRole('textbox', { name: 'Key' }).fill(key)
    await page.keyboard.press('Enter')
  }
  await enter('another-key-of-as-many')
  await page.getByText('This service does not know that key.').waitFor()
  await enter('a-key-of-sixteen-letters')
  await untilDrawn(page)
  t.equal(await alert.count(), 0)
  const before = await pixelsOf(page)
  await slide(page, 'ball, left – right', 0.8)
  await untilChanged(page, before)
  await page.reload()
  await untilDrawn(page)
  t.pass('the tab keeps it')
  const other = await visitor.open({ until: 'loaded' })
  await other.getByRole('textbox', { name: 'Key' }).waitFor()
  t.pass('another tab asks')
  t.strictSame(visitor.complaints.filter(text => !/status of 401/.test(text)), [])
})

t.test('a service that is killed and starts again', { skip }, async t => {
  const PORT = String(await freePort())
  const first = spawnService(t, { PORT })
  const visitor = await startBrowser(t, await addressOf(first))
  const page = await visitor.open()
  const before = await pixelsOf(page)
  first.child.kill('SIGKILL')
  await first.ended
  await slide(page, 'ball, left – right', 0.9)
  const alert = page.getByRole('alert')
  await alert.waitFor()
  t.equal(await alert.textContent(), 'The service is away. Trying again in 3 s.')
  await page.getByRole('button', { name: 'Undo' }).waitFor()
  await slide(page, 'ball, left – right', 0.1)
  await show(page, 'Traverse')
  await page.getByText('This view did not come.').waitFor()
  const second = spawnService(t, { PORT })
  await addressOf(second)
  await page.getByRole('button', { name: 'Try again' }).last().click()
  await page.locator('.cells canvas').first().waitFor()
  t.pass('a view whose files did not come, comes')
  await page.keyboard.press('g')
  await untilDrawn(page)
  t.ok(furthest(before, await untilChanged(page, before)) > 40, 'what was done while it was away is drawn')
  t.equal(await page.getByRole('alert').count(), 0, 'nothing is amiss any more')
})

t.test('a model that is chosen while the service is away comes with it', { skip }, async t => {
  const PORT = String(await freePort())
  const first = spawnService(t, { PORT })
  const visitor = await startBrowser(t, await addressOf(first))
  const page = await visitor.open()
  first.child.kill('SIGKILL')
  await first.ended
  await page.getByRole('combobox', { name: 'Model' }).selectOption('digits@4')
  await page.getByText('The service is away.').waitFor()
  await addressOf(spawnService(t, { PORT }))
  await page.waitForFunction(() => location.hash.includes('m=digits'))
  await page.getByRole('alert').waitFor({ state: 'detached' })
  t.equal(await page.locator('.card').count(), 3, 'its partitions are there')
})

t.test('a version that comes is told of, and leads to it', { skip }, async t => {
  const models = await temporaryFolder(t)
  const source = fileURLToPath(new URL('../../../models/repository/mnist', import.meta.url))
  await cp(source, join(models, 'mnist'), { recursive: true })
  const visitor = await startExplorer(t, { models })
  const page = await visitor.open()
  const news = page.locator('.news')
  t.equal(await news.count(), 0)
  const opened = await openRepository(models).open('mnist')
  const partitions = opened.card.partitions.map((partition, i) => ({ ...partition, label: `thing ${i + 1}` }))
  await republish(models, opened, { partitions })
  await visitor.reload()
  const untilNoticed = async () => {
    for (let tries = 0; await news.count() === 0; tries++) {
      if (tries > 40) throw new Error('expected the page to notice the version, but it did not in 20 s')
      await page.evaluate(() => { window.dispatchEvent(new Event('focus')) })
      await page.waitForTimeout(500)
    }
  }
  await untilNoticed()
  t.match(await news.textContent(), 'mnist v4 is here.')
  await page.getByRole('img', { name: 'v4 is served too' }).waitFor()
  await checkAccess(t, page, 'news')
  await news.getByRole('button', { name: 'Look' }).click()
  await page.locator('.card', { hasText: 'thing 1' }).waitFor()
  t.equal(await news.count(), 0)
  t.match(await page.locator('.version').textContent(), 'v4')
  await page.getByRole('combobox', { name: 'Model' }).selectOption('mnist v3')
  await page.locator('.card', { hasText: 'p1' }).waitFor()
  t.match(await page.locator('.version').textContent(), 'v3', 'older versions stay to be chosen')
  await republish(models, opened, {})
  await visitor.reload()
  await untilNoticed()
  await news.getByRole('button', { name: 'Compare' }).click()
  await page.locator('.differences li').first().waitFor()
  t.match(await page.locator('.bar .version').textContent(), 'v5')
  t.equal(await page.getByRole('combobox', { name: 'The other model' }).inputValue(), 'mnist.4')
  t.strictSame(visitor.complaints, [])
})
