// The command-line arguments of the benchmarks: `--help`, and one line instead of a stack trace for an invalid argument.
import { parseArgs } from 'node:util'

/**
 * The checked arguments. For `--help` it prints the usage, for an invalid argument the reason, and ends the process.
 *
 * @param usage the first line of the output of `--help`
 * @param options by name: `help`, a line; `default`, a text; and what it takes: `names`, a list of words (with `partly`, parts
 *   of words too), `counts`, a list of positive integers, or `count`, one; without any of these it is a switch
 * @param words the allowed positional arguments
 */
export function readArguments(usage, options = {}, words = []) {
  const { text, code, ...found } = checkArguments(process.argv.slice(2), usage, options, words)
  if (code === undefined) return found
  if (code === 0) console.log(text)
  else console.error(text)
  process.exit(code)
}

/** The same without ending the process: `values` and `words`, or the `text` to print and the exit `code`. */
export function checkArguments(args, usage, options = {}, words = []) {
  const help = describe(usage, options, words)
  try {
    const parsed = parseArgs({ args, options: optionsOfNode(options), allowPositionals: words.length > 0 })
    if (parsed.values.help) return { text: help, code: 0 }
    const entries = Object.entries(options).map(([name, option]) => [
      name,
      settingOf(name, option, parsed.values[name]),
    ])
    const found = parsed.positionals.map((word) => oneOf({ names: words }, word))
    return { values: Object.fromEntries(entries), words: found }
  } catch (error) {
    return { text: `${error.message}\n\n${help}`, code: 2 }
  }
}

function optionsOfNode(options) {
  const entries = Object.entries(options).map(([name, option]) => [
    name,
    takesValue(option) ? { type: 'string', default: option.default ?? '' } : { type: 'boolean', default: false },
  ])
  return { ...Object.fromEntries(entries), help: { type: 'boolean', short: 'h', default: false } }
}

function takesValue({ names, counts, count }) {
  return names !== undefined || counts === true || count === true
}

function settingOf(name, option, value) {
  if (!takesValue(option)) return value
  if (option.count) return positive(name, value)
  const list = value === '' ? [] : value.split(',')
  return list.map((word) => (option.counts ? positive(name, word) : oneOf(option, word)))
}

function oneOf({ names, partly = false }, word) {
  if (names.includes(word) || (partly && names.some((name) => name.includes(word)))) return word
  throw new Error(`There is no ${word}; there are ${names.join(', ')}`)
}

function positive(name, value) {
  if (/^[1-9]\d*$/.test(value)) return Number(value)
  throw new Error(`--${name} takes positive integers; received ${value}`)
}

function describe(usage, options, words) {
  const lines = Object.entries(options).map(([name, { help, names, default: value }]) => {
    const details = [help, names && `of ${names.join(', ')}`, value && `default ${value}`]
    return `  --${name.padEnd(12)} ${details.filter(Boolean).join('; ')}`
  })
  return [usage, ...(words.length > 0 ? [`  ${words.join(', ')}`] : []), ...lines].join('\n')
}
