/** The page of the API in a real browser, behind a proxy that takes a prefix off: its examples run when clicked. */
import t from 'tap'
import { findViolations, skip, startExplorer, startProxy } from './browser.js'

t.test('examples of the API’s page work when they are clicked', { skip }, async t => {
  const visitor = await startExplorer(t)
  const page = await visitor.open({ path: `${await startProxy(t, visitor.origin, '/pvae')}/docs`, until: 'loaded' })
  await page.locator('.opblock').first().waitFor()
  const grave = (await findViolations(page)).filter(({ impact }) => impact === 'critical')
  t.strictSame(grave, [], 'axe finds nothing critical')
  // Some of each kind: all of them run in test/integration/openapi.test.ts, with what the page fills in.
  const blocks = page.locator('.opblock').filter({
    has: page.locator('.opblock-summary-path', { hasText: /traversal|decode|influence|layers|metrics/ }),
  })
  const asked: string[] = []
  for (const block of await blocks.all()) {
    const method = await block.locator('.opblock-summary-method').textContent()
    const path = (await block.locator('.opblock-summary-path').textContent())!.replaceAll('\u200b', '')
    const isTraversal = path.endsWith('traversal')
    if (isTraversal ? method === 'POST' : path.includes('/versions/')) continue
    await block.locator('.opblock-summary-control').click()
    await block.getByRole('button', { name: 'Try it out' }).click()
    await block.getByRole('button', { name: 'Execute' }).click()
    const status = block.locator('.live-responses-table .response-col_status').last()
    await status.waitFor()
    t.match(await status.textContent(), /^200/, `${method} ${path}`)
    await block.locator('.opblock-summary-control').click()
    asked.push(`${method} ${path}`)
  }
  t.ok(asked.includes('GET /v1/models/{name}/traversal'), asked.join(', '))
  t.ok(asked.includes('GET /v1/models/{name}/versions/{version}/traversal'))
  t.equal(asked.length, 6, `clicked: ${asked.join(', ')}`)
})
