// Colours of code by classes instead of style attributes, which a strict content security policy forbids.

/** The class of each combination of styles that was used. */
const classes = /** @type {Map<string, string>} */ (new Map())

/** @param {unknown} style as Shiki gives it: `color:#fff;--shiki-dark:#000`, or an object */
function classOf(style) {
  const text =
    typeof style === 'string'
      ? style
      : Object.entries(style ?? {})
          .map(([name, value]) => `${name}:${value}`)
          .join(';')
  const known = classes.get(text)
  if (known !== undefined) return known
  const name = `code-${[...text].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0, 7).toString(36)}`
  classes.set(text, name)
  return name
}

/** A transformer of Shiki. */
export const stylesAsClasses = {
  name: 'styles-as-classes',
  /** @param {any} node */
  pre(node) {
    replace(node)
  },
  /** @param {any} node */
  span(node) {
    replace(node)
  },
}

/** @param {any} node */
function replace({ properties }) {
  if (properties.style === undefined) return
  properties.class = [properties.class, classOf(properties.style)].flat().filter(Boolean).join(' ')
  delete properties.style
}

/** @returns {string} the style sheet of all code that was coloured until now */
export function styleSheet() {
  return [...classes]
    .map(([style, name]) => `.${name}{${style}}`)
    .sort()
    .join('\n')
}
