// Light or dark: as the system has it, until the switch says otherwise.
import { byId, say } from './dom.ts'

const key = 'playground-theme'
const listeners: (() => void)[] = []
const prefersDark = () => matchMedia('(prefers-color-scheme: dark)')

/** Calls `listener` whenever the colours of the page have changed. */
export function onThemeChange(listener: () => void): void {
  listeners.push(listener)
}

/** Sets up the switch in the header. */
export function startTheme(): void {
  const root = document.documentElement
  const button = byId('theme')
  const isDark = () => (root.dataset.theme ?? (prefersDark().matches ? 'dark' : 'light')) === 'dark'
  const show = () => {
    say(button, isDark() ? 'Light' : 'Dark')
    button.setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} colours`)
    for (const listener of listeners) listener()
  }
  const remembered = read()
  if (remembered) root.dataset.theme = remembered
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    write(root.dataset.theme)
    show()
  })
  prefersDark().addEventListener('change', show)
  show()
}

/** A page may be refused its storage. */
function read(): string | undefined {
  try {
    const value = localStorage.getItem(key)
    return value === 'dark' || value === 'light' ? value : undefined
  } catch {
    return undefined
  }
}

function write(value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // The choice then lasts until the page is closed.
  }
}
