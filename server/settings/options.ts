import type { Config } from './config.js'
import { settings, type SettingName, type Settings } from './table.js'

type PathOf<Name extends SettingName> = Settings[Name] extends { readonly option: infer Path } ? Path : never
type ValueOf<Name extends SettingName> =
  Settings[Name] extends { readonly convert: (value: never) => infer Value } ? Value : Config[Name]
/** Settings with a value for which the option is left out. */
type Optional = {
  [Name in SettingName]: Settings[Name] extends { readonly unset: unknown } ? Name : never
}[SettingName]

/** The rest of a path behind `Prefix`, where that is one name; never for other paths. */
type KeyUnder<Prefix extends string, Path> =
  Path extends `${Prefix}${infer Rest}` ? Rest extends `${string}.${string}` ? never : Rest : never
/** The options whose paths begin with `Prefix`. */
type OptionsUnder<Prefix extends string> = {
  readonly [Name in Exclude<SettingName, Optional> as KeyUnder<Prefix, PathOf<Name>>]: ValueOf<Name>
} & {
  readonly [Name in Optional as KeyUnder<Prefix, PathOf<Name>>]?: ValueOf<Name>
}

/** The most that one request may ask for. */
export interface Limits extends OptionsUnder<'limits.'> {}

/** The longest that a connection may keep the service waiting, in milliseconds. */
export interface Timeouts extends OptionsUnder<'timeouts.'> {}

/** The settings that are the app's, where AppOptions has them. */
export type SettingOptions = OptionsUnder<''> & {
  readonly limits: Limits
  readonly timeouts: Timeouts
  readonly security: OptionsUnder<'security.'>
  readonly logger: OptionsUnder<'logger.'>
}

/** Places the settings that are the app's in its options. Settings that `config` lacks are left out. */
export function placeOptions (config: Partial<Config>): SettingOptions {
  const options: Record<string, unknown> = {}
  for (const [name, { option, unset, convert = (value: unknown) => value }] of settings) {
    const value = config[name]
    if (option === undefined || value === undefined || value === unset) continue
    const [first, second] = option.split('.') as [string, string | undefined]
    const placed = convert(value as never)
    if (second === undefined) options[first] = placed
    else options[first] = { ...options[first] as object, [second]: placed }
  }
  return options as unknown as SettingOptions
}
