import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defaultClientConditions, defineConfig, type Plugin } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Writes each file compressed beside itself: the service sends what the browser takes and compresses nothing. */
const compress: Plugin = {
  name: 'compress',
  writeBundle ({ dir }) {
    const folder = join(dir!, 'explorer')
    for (const name of readdirSync(folder).filter(name => /\.(js|css|svg)$/.test(name))) {
      const bytes = readFileSync(join(folder, name))
      writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes))
      writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }))
    }
  },
}

/** For a page that browsers take from the disk too: there they refuse modules, but not plain scripts. */
const POLICY = [
  'default-src \'none\'', 'base-uri \'none\'', 'form-action \'none\'', 'script-src \'self\' file: \'wasm-unsafe-eval\'',
  'style-src \'self\' file:', 'img-src \'self\' file: data: blob:', 'media-src \'self\' blob:',
].join('; ')

const withoutModules: Plugin = {
  name: 'without-modules',
  enforce: 'pre',
  transform (code, id) {
    // It is given its WebAssembly, and has no workers: no address that a bundler would follow.
    if (!id.includes('onnxruntime-web')) return undefined
    return code.replace(/new URL\("ort-wasm[\w.-]+\.wasm",import\.meta\.url\)\.href/g, '""')
      .replaceAll('import.meta.url', 'undefined')
  },
  transformIndexHtml: {
    order: 'post',
    handler: html => html
      .replace(/<script type="module" crossorigin/, '<script defer')
      .replace(/<link rel="stylesheet" crossorigin/, '<link rel="stylesheet"')
      .replace(' The API\'s page does too: docs.', '')
      .replace('<meta charset="utf-8">', `$&\n<meta http-equiv="Content-Security-Policy" content="${POLICY}">`),
  },
}

/** Writes ONNX Runtime's WebAssembly as `page/in-page/files.ts` reads it. */
const runtime: Plugin = {
  name: 'runtime',
  generateBundle () {
    const path = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')
    const text = gzipSync(readFileSync(path), { level: 9 }).toString('base64')
    this.emitFile({ type: 'asset', fileName: 'model/runtime.js', source: `pvaeFile("runtime","${text}")\n` })
  },
}

/** Lists the libraries that the page is made of with their licences, which ask to be handed on with them. */
const licences: Plugin = {
  name: 'licences',
  generateBundle () {
    const folders = new Set([...this.getModuleIds()].flatMap(id =>
      /^[^\0].*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? []))
    const texts = [...folders].sort().map(folder => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const file = readdirSync(folder).find(file => /^licen[cs]e/i.test(file))
      const text = file === undefined
        ? `The ${license} licence (${name} comes without its text).`
        : readFileSync(join(folder, file), 'utf8').trim()
      return `${name} ${version}\n\n${text}\n`
    })
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: texts.join(`\n${'-'.repeat(80)}\n\n`) })
  },
}

/** The page of the service, or with `--mode static` the one that `pvae explore --export` puts beside a model. */
export default defineConfig(({ mode }) => {
  const isStatic = mode === 'static'
  const hash = isStatic ? '' : '-[hash]'
  return {
    root,
    // Relative: the page works behind a proxy that takes a prefix off.
    base: './',
    logLevel: 'warn',
    // The packages beside this one as their sources are, whether they are built or not.
    resolve: { conditions: ['partition-vae-source', ...defaultClientConditions] },
    build: {
      target: 'es2022',
      outDir: isStatic ? '../../trainer/dist/explorer' : 'dist',
      emptyOutDir: true,
      // Inline pictures and scripts: the policy has none.
      assetsInlineLimit: 0,
      modulePreload: isStatic ? false : { polyfill: false },
      cssCodeSplit: !isStatic,
      rollupOptions: {
        checks: { emptyImportMeta: !isStatic, pluginTimings: false },
        output: {
          entryFileNames: `explorer/[name]${hash}.js`,
          chunkFileNames: `explorer/[name]${hash}.js`,
          assetFileNames: `explorer/[name]${hash}[extname]`,
          ...isStatic && { format: 'iife', codeSplitting: false },
        },
      },
    },
    plugins: isStatic ? [withoutModules, runtime, licences] : [compress],
    // For `npx vite server/explorer`: the service beside it.
    server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
  }
})
