import { createServer } from 'node:net'
import t from 'tap'
import { checkAddress, describeListenError } from '../../server/address.js'

t.test('an address that is free is free afterwards too; one that is taken is named', async t => {
  const blocker = createServer()
  await new Promise<void>(resolve => blocker.listen(0, '127.0.0.1', resolve))
  const { port } = blocker.address() as { port: number }
  await t.rejects(checkAddress({ host: '127.0.0.1', port }), {
    message: `port ${port} of 127.0.0.1 is in use (EADDRINUSE): set PORT to another, or end what listens there`,
  })
  await new Promise(resolve => blocker.close(resolve))
  for (let i = 0; i < 2; i++) await checkAddress({ host: '127.0.0.1', port })
  await checkAddress({ host: 'localhost', port: 0 })
})

t.test('an address of another machine', async t => {
  await t.rejects(checkAddress({ host: '192.0.2.1', port: 0 }), {
    message: /^192\.0\.2\.1 is no address of this machine/,
  })
})

t.test('other errors stay as they are', async t => {
  const error = new Error('out of files')
  t.equal(describeListenError(error, { host: 'a', port: 1 }), error)
  for (const code of ['EACCES', 'ENOTFOUND']) {
    t.match(
      describeListenError(Object.assign(new Error('x'), { code }), { host: 'a', port: 80 }).message,
      new RegExp(`a .*\\(${code}\\)`)
    )
  }
})
