/** A Fastify route that swallows any body: the floor under every service on Fastify. Argument: the port. */
import Fastify from 'fastify'

const app = Fastify({ bodyLimit: 16 * 2 ** 20 })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body)
app.get('/health', async () => 'ok')
app.post('/*', async request => ({ bytes: (request.body as Buffer).length }))
process.once('SIGTERM', () => { app.close() })
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })
