/** The build makes one module of libraries that come as hundreds. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import ts from 'typescript'
import * as onnx from '../../models/foundation/onnx-protobuf.js'
import * as typebox from '../../models/foundation/typebox.js'

const exported = { typebox: Object.keys(typebox), 'onnx-protobuf': Object.keys(onnx) }

for (const [name, expected] of Object.entries(exported)) {
  t.test(`the build makes one module of ${name}`, async t => {
    const url = new URL(`../../models/dist/foundation/${name}.js`, import.meta.url)
    const bundle = readFileSync(url, 'utf8')
    t.match(bundle, /^\/\/ bundled: .*\d\n/, 'it says of which versions')
    const { importedFiles } = ts.preProcessFile(bundle)
    t.strictSame(importedFiles.map(({ fileName }) => fileName), [], 'it loads no other module')
    t.strictSame(Object.keys(await import(url.href)).sort(), expected.sort(), 'it exports what the source does')
  })
}
