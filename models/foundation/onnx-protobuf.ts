/**
 * Re-exports ONNX's messages and the functions that read and write them; nothing else imports the two libraries. The
 * build makes one module of some 70, as it does of `typebox.ts`.
 */
export { create, fromBinary, toBinary } from '@bufbuild/protobuf'
export * from 'onnx-buf'
