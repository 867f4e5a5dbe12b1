/**
 * Re-exports what the project uses of TypeBox; nothing else imports TypeBox itself. It comes as nearly 700 small
 * modules, and finding and reading them took half of the time in which a command or the service starts. A step of the
 * build, `models/bundle.mjs`, makes one module of it.
 */
export { Type, type Static, type TObject, type TSchema } from 'typebox'
export { Compile } from 'typebox/compile'
export { Value } from 'typebox/value'
