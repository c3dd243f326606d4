import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** A colour of tokens.css, in a theme. */
function token(name: string, theme: 'light' | 'dark'): string {
  const [, light = '', dark = ''] = new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(css) ?? []
  return theme === 'light' ? light : dark
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

test('the contrast of black and white is 21, as WCAG says', () =>
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 6))

const grounds = ['paper', 'surface', 'wash', 'accent-wash'] as const

test.each(['light', 'dark'] as const)(
  'texts have a contrast of at least 4.5, and edges of at least 3, in the %s theme',
  (theme) => {
    for (const ground of grounds)
      for (const text of ['ink', 'quiet', 'accent'] as const)
        expect([text, ground, contrast(token(text, theme), token(ground, theme))]).toEqual([
          text,
          ground,
          expect.toSatisfy((value: number) => value >= 4.5),
        ])
    expect(contrast(token('on-accent', theme), token('accent', theme))).toBeGreaterThanOrEqual(4.5)
    for (const ground of ['paper', 'surface'] as const)
      expect(contrast(token('edge', theme), token(ground, theme))).toBeGreaterThanOrEqual(3)
  },
)
