import { readFile } from 'node:fs/promises'
import { listReport, type ReportFile } from '@partition-vae/models'
import { expected, ReportNotFoundError } from '../foundation/errors.js'
import type { ServedModel } from '../inference/served-model.js'
import { errorResponses, NoQuerySchema } from '../schemas/common.js'
import {
  ReportFileParamsSchema, reportFileResponse, ReportFileVersionParamsSchema, ReportSchema, typeOf,
} from '../schemas/report.js'
import { CACHING_HEADERS, entityTag, isCurrent, NotModifiedSchema } from './caching.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

/** For what comes out of model folders: styles and pictures of its own, shown in pages of this service, no scripts. */
const REPORT_POLICY = [
  'default-src \'none\'', 'base-uri \'none\'', 'form-action \'none\'', 'frame-ancestors \'self\'',
  'style-src \'unsafe-inline\'', 'img-src \'self\' data:',
].join('; ')

/** @throws PVAE_REPORT_NOT_FOUND for a model without a report */
async function requireReport ({ card: { name, version }, directory }: ServedModel): Promise<ReportFile[]> {
  const files = await listReport(directory)
  if (files.length > 0) return files
  throw new ReportNotFoundError(
    expected('a model with a report', 'the model', `${name}, version ${version}, which has none`)
  )
}

/** @throws PVAE_REPORT_NOT_FOUND for a path that the list does not have: so none leads out of the folder */
function findFile (files: readonly ReportFile[], path: string): ReportFile {
  const file = files.find(file => file.path === path)
  if (file !== undefined) return file
  const paths = files.map(({ path }) => path).join(', ')
  throw new ReportNotFoundError(expected(`one of ${paths}`, 'the file of the report', JSON.stringify(path)))
}

/**
 * The report of a version: its list of files, and each of them. It may be drawn anew while the version is served: no
 * answer is kept for good.
 */
export const reportRoutes: Routes = async (app, { models }) => {
  for (const { path, params, pinned } of modelPaths('/report')) {
    app.get(path, {
      schema: {
        ...operation('listReport', pinned),
        summary: 'The files of the report: figures, measures and a page for people',
        tags: ['models'],
        params,
        querystring: NoQuerySchema,
        response: {
          200: { ...ReportSchema, headers: CACHING_HEADERS },
          304: NotModifiedSchema,
          ...errorResponses(400, 404),
        },
      },
    }, async (request, reply) => {
      const found = await requireReport(findModel(models, request.params))
      const files = found.map(({ path, bytes }) => ({ path, type: typeOf(path), bytes }))
      if (isCurrent(request, reply, entityTag('report', files))) return await reply.code(304).send()
      return { files }
    })
  }

  for (const { path, params, pinned } of [
    { ...modelPaths('/report/*')[0], params: ReportFileParamsSchema },
    { ...modelPaths('/report/*')[1], params: ReportFileVersionParamsSchema },
  ] as const) {
    app.get(path, {
      schema: {
        ...operation('reportFile', pinned),
        summary: 'A file of the report; `index.html` is its page, `metrics.json` the measures',
        tags: ['models'],
        params,
        querystring: NoQuerySchema,
        response: { 200: reportFileResponse(CACHING_HEADERS), 304: NotModifiedSchema, ...errorResponses(400, 404) },
      },
    }, async (request, reply) => {
      const model = findModel(models, request.params)
      const { path, location, bytes, modified } = findFile(await requireReport(model), request.params['*'])
      const { name, version } = model.card
      reply.header('content-security-policy', REPORT_POLICY)
      const tag = entityTag('report file', name, version, path, bytes, modified)
      if (isCurrent(request, reply, tag)) return await reply.code(304).send()
      return await reply.type(typeOf(path)).send(await readFile(location))
    })
  }
}
