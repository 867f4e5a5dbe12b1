import t from 'tap'
import { readPrefix } from '../../../server/plugins/forwarded-prefix.js'
import { startService } from '../service.js'

t.test('plain paths, and nothing else', async t => {
  const cases: Array<[string | string[] | undefined, string]> = [
    [undefined, ''],
    ['', ''],
    ['/', ''],
    ['/pvae', '/pvae'],
    ['/pvae/', '/pvae'],
    ['/a/b-c_d.e~f', '/a/b-c_d.e~f'],
    ['/a, /b', '/a/b'],
    [['/a', '/b/'], '/a/b'],
    ['/.well-known', '/.well-known'],
  ]
  for (const [header, prefix] of cases) t.equal(readPrefix(header), prefix, JSON.stringify(header))
  const malformed = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'evil.example',
    'pvae',
    '/a//b',
    '/a//',
    '/../a',
    '/a/..',
    '/a/./b',
    '/a b',
    '/a\r\nset-cookie: x=1',
    '/a%0d%0a',
    '/%2f%2fevil',
    '/a?b',
    '/a#b',
    '/"><script>',
    '/a;b',
    '/ä',
    '/a,//b',
    `/${'a'.repeat(300)}`,
  ]
  for (const header of malformed) t.equal(readPrefix(header), '', JSON.stringify(header))
})

const asked = (headers: Record<string, string>) => ({ headers, remoteAddress: '10.0.0.9' })

t.test('a trusted proxy: redirects, the page, its files and the document are under its prefix', async t => {
  const { app } = await startService(t, { app: { trustProxy: '10.0.0.0/8, loopback' } })
  const behind = asked({ 'x-forwarded-prefix': '/tools/pvae' })
  const root = await app.inject({ url: '/', ...behind })
  t.match(root, { statusCode: 302, headers: { location: '/tools/pvae/docs', vary: 'X-Forwarded-Prefix' } })
  t.match(await app.inject({ url: '/docs/static/index.html', ...behind }), {
    statusCode: 302,
    headers: { location: '/tools/pvae/docs/' },
  })
  for (const url of ['/docs', '/docs/']) {
    const page = (await app.inject({ url, ...behind })).body
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      match => new URL(match[1]!, `http://proxy/tools/pvae${url}`).pathname
    )
    t.ok(links.length > 2, url)
    for (const link of links) {
      t.match(link, /^\/tools\/pvae\/docs\/static\//)
      t.equal((await app.inject({ url: link.replace('/tools/pvae', ''), ...behind })).statusCode, 200, link)
    }
  }
  const document = await app.inject({ url: '/openapi.json', ...behind })
  t.strictSame(document.json().servers, [{ url: '/tools/pvae' }])
  t.equal(document.headers.vary, 'X-Forwarded-Prefix')
  t.strictSame((await app.inject({ url: '/docs/json', ...behind })).json(), document.json())
  t.match((await app.inject({ url: '/docs/yaml', ...behind })).body, /url: \/tools\/pvae\n/)
  const plain = await app.inject('/openapi.json')
  t.strictSame(plain.json().servers, [{ url: '/' }], 'another client')
  t.not(plain.headers.etag, document.headers.etag)
  t.equal(
    (
      await app.inject({
        url: '/openapi.json',
        headers: { ...behind.headers, 'if-none-match': document.headers.etag as string },
        remoteAddress: behind.remoteAddress,
      })
    ).statusCode,
    304
  )
  for (let i = 0; i < 20; i++) {
    t.equal(
      (await app.inject({ url: '/openapi.json', ...asked({ 'x-forwarded-prefix': `/${i}` }) })).json().servers[0].url,
      `/${i}`
    )
  }
  for (const prefix of ['//evil.example', '/a"><script>', '/..']) {
    t.equal(
      (await app.inject({ url: '/', ...asked({ 'x-forwarded-prefix': prefix }) })).headers.location,
      '/docs',
      prefix
    )
    t.notMatch(
      (await app.inject({ url: '/docs', ...asked({ 'x-forwarded-prefix': prefix }) })).body,
      /evil|<script>/,
      prefix
    )
  }
})

t.test('anybody else is not believed', async t => {
  const others = [await startService(t, { app: { trustProxy: '192.0.2.1' } }), await startService(t)]
  for (const { app } of others) {
    const behind = asked({ 'x-forwarded-prefix': '/tools' })
    t.equal((await app.inject({ url: '/', ...behind })).headers.location, '/docs')
    t.strictSame((await app.inject({ url: '/openapi.json', ...behind })).json().servers, [{ url: '/' }])
    t.notMatch((await app.inject({ url: '/docs', ...behind })).body, /tools/)
  }
})
