import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
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

export default defineConfig({
  root,
  // Relative: the page works behind a proxy that takes a prefix off.
  base: './',
  logLevel: 'warn',
  // The client from its sources: the page is of one piece with it, built or not.
  resolve: { conditions: ['partition-vae-source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    // Inline pictures and scripts: the policy has none.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        entryFileNames: 'explorer/[name]-[hash].js',
        chunkFileNames: 'explorer/[name]-[hash].js',
        assetFileNames: 'explorer/[name]-[hash][extname]',
      },
    },
  },
  plugins: [compress],
  // For `npx vite server/explorer`: the service beside it.
  server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
})
