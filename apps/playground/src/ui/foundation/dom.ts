// Elements in one expression. Styles come from classes, so that a strict content security policy holds.

/** What stands inside an element; `undefined` and `false` are left out. */
export type Child = Node | string | undefined | false | readonly Child[]

/** Properties, attributes and, under `on`, listeners of an element. */
export type Attributes = Readonly<Record<string, unknown>> & {
  readonly on?: { readonly [type in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[type]) => void }
}

/**
 * Makes an HTML element.
 *
 * @param tag its name
 * @param attributes each is set as an attribute, except the properties `value`, `checked`, `disabled`, `hidden` and `open`
 * @param children what stands inside
 */
export function h<tag extends keyof HTMLElementTagNameMap>(
  tag: tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[tag] {
  return fill(document.createElement(tag), attributes, children)
}

/** Makes an element of SVG. */
export function svg<tag extends keyof SVGElementTagNameMap>(
  tag: tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[tag] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

/** Makes an element of MathML. */
export function math(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): MathMLElement {
  return fill(document.createElementNS('http://www.w3.org/1998/Math/MathML', tag), attributes, children)
}

/** The element with this id, which is in the page. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page has no element with the id ${id}.`)
  return element
}

/** Writes a text into an element, unless it says so already. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

const properties = new Set(['value', 'checked', 'disabled', 'hidden', 'open', 'tabIndex'])

function fill<element extends Element>(element: element, attributes: Attributes, children: readonly Child[]): element {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue
    if (name === 'on') {
      for (const [type, listener] of Object.entries(value as Record<string, EventListener>))
        element.addEventListener(type, listener)
    } else if (properties.has(name)) Object.assign(element, { [name]: value })
    else if (typeof value === 'boolean') element.toggleAttribute(name, value)
    else element.setAttribute(name, String(value))
  }
  append(element, children)
  return element
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue
    if (typeof child === 'string' || child instanceof Node) element.append(child)
    else append(element, child)
  }
}
