import t from 'tap'
import { negotiate } from '../../../server/foundation/negotiate.js'

const offers = ['image/png', 'image/webp', 'application/json'] as const

t.test('what a client likes best is chosen', async t => {
  const cases: Array<[string | undefined, string]> = [
    [undefined, 'image/png'],
    ['', 'image/png'],
    ['*/*', 'image/png'],
    ['image/*', 'image/png'],
    ['application/json', 'application/json'],
    ['application/json, text/plain, */*', 'image/png'],
    ['application/json, */*;q=0.1', 'application/json'],
    ['image/webp;q=0.8, image/png;q=0.2', 'image/webp'],
    ['IMAGE/WEBP ; Q=1', 'image/webp'],
    ['image/*;q=0.5, image/png;q=0, application/json;q=0.1', 'image/webp'],
    ['text/html;level=1, image/webp', 'image/webp'],
    ['image/png;q=x, image/webp;q=0.1', 'image/webp'],
  ]
  for (const [accept, chosen] of cases) t.equal(negotiate(accept, offers), chosen, accept ?? 'none')
})

t.test('what none of the offers satisfies is refused', async t => {
  for (const accept of ['text/html', 'image/gif', 'image/png;q=0', ',']) {
    t.throws(
      () => negotiate(accept, offers),
      {
        code: 'PVAE_NOT_ACCEPTABLE',
        statusCode: 406,
        message: /^expected one of image\/png, .* for Accept but received /,
      },
      accept
    )
  }
})
