/** A published model as a page that needs no service: the built explorer, with the model's files beside it. */
import { randomBytes } from 'node:crypto'
import { access, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { replaceFolder } from '@partition-vae/collections/replace-folder'
import { listReport, pixelCount, proveLayers, type Card, type ModelVersion } from '@partition-vae/models'
import { createInference } from '../engine/inference.js'
import { permute } from '../engine/permute.js'
import { TrainerError } from '../foundation/errors.js'
import { writing } from '../foundation/files.js'
import { checkPlace } from './check-place.js'

/** A file that every such page has: by it one tells that a folder holds nothing else. */
const MARK = join('model', 'manifest.js')

const pack = promisify(gzip)

/**
 * Finds what `npm run build` makes of the explorer for this use: in dist/ of this package, since it is a file that the
 * program carries along and not code that it runs.
 * @throws TrainerError PVAE_PAGE_NOT_BUILT where it has not been built
 */
async function findPage (): Promise<string> {
  // This file is in export/, of the sources or of dist/.
  const root = fileURLToPath(new URL('..', import.meta.url)).replace(/dist[\\/]$/, '')
  const page = join(root, 'dist', 'explorer')
  await access(join(page, 'index.html')).catch(cause => {
    const message = `expected the built explorer at ${page} but found nothing: npm run build writes it`
    throw new TrainerError('PVAE_PAGE_NOT_BUILT', message, { cause })
  })
  return page
}

/** As `page/in-page/files.ts` of the explorer reads it: browsers let a page from the disk load scripts only. */
async function writeScript (folder: string, name: string, contents: Uint8Array | string): Promise<void> {
  const packed = (await pack(contents, { level: 9 })).toString('base64')
  await writeFile(join(folder, `${name}.js`), `pvaeFile(${JSON.stringify(name)},"${packed}")\n`)
}

/** Finds the partition that multiplies all others. @throws ModelError PVAE_GOLDEN_INVALID */
async function findGain ({ card, encoder, decoder, layers, golden }: ModelVersion): Promise<number | undefined> {
  if (layers === undefined) return undefined
  const { image, latentSize, name, version } = card
  const inference = await createInference({ encoder, decoder, layers, image, latentSize, threads: 1 })
  try {
    const decode = async (latent: Float32Array) => {
      const values = await inference.decode(latent) // [N, H, W, C]
      const shape = [values.length / pixelCount(image), image.height, image.width, image.channels]
      return permute({ shape, values }, [0, 3, 1, 2]).values // [N, C, H, W]
    }
    return await proveLayers(golden, card, { decode, layers: inference.layers! }, `${name}/${version}`)
  } finally {
    await inference.dispose()
  }
}

/** Gives the card with the links that a service would give: the page asks by them what there is. */
function linked (card: Card, hasReport: boolean) {
  const { layers, sample } = card.files
  return {
    ...card,
    links: {
      ...layers && { layers: 'model/layers.onnx.js' },
      ...sample && { sample: 'model/sample.js' },
      ...hasReport && { report: 'report/index.html' },
    },
  }
}

/** Gives the page the name of the model, for tabs, bookmarks and search engines. */
async function titlePage (path: string, { name, version }: Card): Promise<void> {
  const page = await readFile(path, 'utf8')
  await writeFile(path, page.replace(/<title>.*<\/title>/, `<title>${name} ${version} – partition-vae</title>`))
}

async function writePage (folder: string, version: ModelVersion): Promise<void> {
  const { card, directory, encoder, decoder, layers, sample } = version
  await cp(await findPage(), folder, { recursive: true })
  await titlePage(join(folder, 'index.html'), card)
  const report = await listReport(directory)
  for (const { path, location } of report) {
    await mkdir(dirname(join(folder, 'report', path)), { recursive: true })
    await cp(location, join(folder, 'report', path))
  }
  const model = join(folder, 'model')
  const hasPage = report.some(({ path }) => path === 'index.html')
  const gain = await findGain(version)
  const manifest = { card: linked(card, hasPage), gain, report: report.map(({ path }) => path) }
  await writeScript(model, 'manifest', JSON.stringify(manifest))
  await writeScript(model, 'encoder.onnx', encoder)
  // Layers compose to the picture: where there are some, the other graph would only weigh as much again.
  if (layers === undefined) await writeScript(model, 'decoder.onnx', decoder)
  else await writeScript(model, 'layers.onnx', layers)
  if (sample !== undefined) await writeScript(model, 'sample', sample)
}

/** All that stands in the folder of a page. */
const OWN = new Set(['index.html', 'explorer', 'model', 'report', 'licences.txt'])

/** Names what is in a folder beside a page that was exported before. */
async function findOther (out: string, names: readonly string[]): Promise<string | undefined> {
  const isPage = await access(join(out, MARK)).then(() => true, () => false)
  if (!isPage) return 'other files'
  const other = names.find(name => !OWN.has(name))
  return other === undefined ? undefined : `a page that was exported before, and other files, e.g. ${other}`
}

export interface ExplorerOptions {
  /** Absolute. */
  readonly out: string
  /** Replaces a page that was exported before; other files never. */
  readonly force?: boolean | undefined
}

/**
 * Writes the page, whole or not at all: into a folder beside `out`, which then gets its name.
 * @returns bytes of all files
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE, PVAE_PAGE_NOT_BUILT; ModelError PVAE_GOLDEN_INVALID
 */
export async function exportExplorer (
  version: ModelVersion, { out, force = false }: ExplorerOptions
): Promise<number> {
  await checkPlace(out, force, { own: 'a page that was exported before', findOther: names => findOther(out, names) })
  const beside = join(dirname(out), `.${basename(out)}.${randomBytes(6).toString('hex')}`)
  const [fresh, old] = [`${beside}.new`, `${beside}.old`]
  return await writing(out, async () => {
    try {
      await mkdir(fresh, { recursive: true })
      await writePage(fresh, version)
      const names = await readdir(fresh, { recursive: true, withFileTypes: true })
      const files = names.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
      const sizes = await Promise.all(files.map(async file => (await stat(file)).size))
      await replaceFolder(fresh, out, old)
      return sizes.reduce((sum, size) => sum + size, 0)
    } finally {
      await rm(fresh, { recursive: true, force: true })
    }
  })
}
