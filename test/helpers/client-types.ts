/**
 * Keeps client/openapi.ts, the types of the API, as the service's own OpenAPI document says. As a program
 * (`npm run client:types`) writes the file, which is committed: whoever builds the client needs neither a built service
 * nor the generator, and what a change of the API does to the client's types is seen in its diff. A test says when the
 * file is stale.
 */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'
import { openRepository } from '@partition-vae/models'
import { buildApp } from '../../server/app.js'
import { createPool } from '../../server/inference/pool.js'
import { createRegistry } from '../../server/inference/registry.js'
import { WORKER } from '../server/service.js'

export const CLIENT_TYPES = new URL('../../client/openapi.ts', import.meta.url)

const HEAD = `/**
 * The types of the service's API. Generated from its OpenAPI document by \`npm run client:types\`: change the routes'
 * schemas, not this file.
 */
`

/** Reads the OpenAPI document of a service without models, which has no examples of theirs. */
async function readDocument (): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pvae-'))
  try {
    const repository = openRepository(folder)
    const app = await buildApp({
      loadModels: log =>
        createRegistry({ repository, pool: createPool({ workers: 1, log, ...WORKER }), provider: 'cpu', log }),
    })
    const { body } = await app.inject('/openapi.json')
    await app.close()
    return body
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Writes the API's types as TypeScript. Files, in bodies and answers, are `Blob`s. */
export async function clientTypes (): Promise<string> {
  const blob = ts.factory.createTypeReferenceNode('Blob')
  const nodes = await openapiTS(await readDocument(), {
    transform: ({ format }) => (format === 'binary' ? blob : undefined),
  })
  return HEAD + astToString(nodes)
}

const path = fileURLToPath(CLIENT_TYPES)
if (argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(`${path}.new`, await clientTypes())
  await rename(`${path}.new`, path)
}
