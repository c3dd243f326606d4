// Settings as the part of a link after `#`: what a reader wants to know, and else only
// what differs from a plain run, so that links are short and can be read.
import { EngineError } from './engine.ts'
import { plainSettings } from './plain-settings.ts'
import type { Settings } from './settings.ts'
import { settingChecks } from './settings-check.ts'

const names = Object.keys(settingChecks) as (keyof Settings)[]

/** What every link says. */
const always: readonly (keyof Settings)[] = ['model', 'dataset', 'epochs', 'seed']

/**
 * Settings as the part of a link after `#`, e.g. `model=iwae&dataset=mnist&hidden=200,100&epochs=10&seed=1`. Pictures of yours do not
 * cross.
 */
export function settingsToUrl(settings: Settings): string {
  const parts = names.flatMap((name) => {
    const [text, plain] = [textOf(settings[name]), textOf(plainSettings[name])]
    return text === plain && !always.includes(name)
      ? []
      : [`${name}=${encodeURIComponent(text).replaceAll('%2C', ',')}`]
  })
  return parts.join('&')
}

/**
 * The settings of a link; what it leaves out is as in a plain run.
 *
 * @param url what {@link settingsToUrl} made, with or without `#` or an address before it
 * @throws {EngineError} that names what is wrong, and how to go on
 */
export function settingsFromUrl(url: string): Settings {
  const text = url.includes('#') ? url.slice(url.indexOf('#') + 1) : url.includes('://') ? '' : url
  const settings: Record<string, unknown> = { ...plainSettings }
  for (const part of text.split('&').filter((part) => part !== '')) {
    const [name = '', ...rest] = part.split('=')
    const check = Object.hasOwn(settingChecks, name) ? settingChecks[name as keyof Settings] : undefined
    if (check === undefined) throw refusal(name, `one of ${names.join(', ')}`, name)
    const value = settingOf(name as keyof Settings, rest.join('='))
    const expected = check(value)
    if (expected !== undefined) throw refusal(name, expected, rest.join('='))
    settings[name] = value
  }
  return settings as unknown as Settings
}

function textOf(value: Settings[keyof Settings]): string {
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The value that a text stands for; undefined if it stands for none. */
function settingOf(name: keyof Settings, encoded: string): unknown {
  try {
    const text = decodeURIComponent(encoded)
    const plain = plainSettings[name]
    if (Array.isArray(plain)) return text === '' ? [] : text.split(',').map(numberOf)
    if (typeof plain === 'number') return numberOf(text)
    return typeof plain === 'object' ? JSON.parse(text) : text
  } catch {
    return undefined
  }
}

/** Only plain digits: `Number` also takes blanks and hexadecimal numbers. */
function numberOf(text: string): number {
  return /^\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN
}

function refusal(name: string, expected: string, received: string): EngineError {
  const shown = (text: string) => JSON.stringify(text.slice(0, 60))
  return new EngineError(
    `This link has a bad setting: ${shown(name)}.\n\nExpected: ${expected}\nReceived: ${shown(received)}`,
    'ask for a new link, or choose the settings yourself',
  )
}
