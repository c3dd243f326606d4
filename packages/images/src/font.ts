// Letters of 5 x 7 dots for the captions of pictures: printable ASCII.
import type { OptionCheck } from '@ae/core/internal'

// One word a character, from the space on: its seven rows from above, each a digit of base 32 whose five bits are the dots.
const glyphs =
  '0000000 4444404 aaa0000 aavavaa 4fke5u4 op248j3 cik8lid 4440000 2488842 8422248 04lel40 044v440 0000c48 000v000 00000cc ' +
  '01248g0 ehjlphe 4c4444e eh1248v v2421he 26aiv22 vgu11he 68guhhe v124888 ehhehhe ehhf12c 0cc0cc0 0cc0c48 248g842 00v0v00 ' +
  '8421248 eh12404 ehnlnge ehhvhhh uhhuhhu ehggghe sihhhis vgguggv vgguggg ehgnhhf hhhvhhh e44444e 72222ic hikokih ggggggv ' +
  'hrllhhh hhpljhh ehhhhhe uhhuggg ehhhlid uhhukih fgge11u v444444 hhhhhhe hhhhha4 hhhllla hha4ahh hhha444 v1248gv e88888e ' +
  '0g84210 e22222e 4ah0000 000000v 8420000 00e1fhf ggmphhu 00egghe 11djhhf 00ehvge 698s888 fhhhf1e ggmphhh 40c444e 20622ic ' +
  'ggikoki c44444e 00qllll 00mphhh 00ehhhe uhhhugg fhhhf11 00mpggg 00fge1u 88s8896 00hhhjd 00hhha4 00hhlla 00ha4ah hhhhf1e ' +
  '00v248v 2448442 4444444 8442448 008l200'

// Those that hang two dots below the line.
const hanging = 'gpqy'

/** Dots from the top of a letter to the line that it stands on. */
export const letterHeight = 7

/** Dots from the top of the highest letter to the foot of the lowest. */
export const lineHeight = 9

/** Dots from the left of the first letter to the right of the last. */
export function textWidth(text: string): number {
  return Math.max(0, text.length * 6 - 1)
}

/**
 * Draws a text dot by dot.
 *
 * @param text printable ASCII
 * @param place the pixel at which the text begins, `[x, y]`: the upper left corner of its first letter
 * @param scale the side of a dot in pixels
 * @param paint called once a pixel of the letters
 * @param direction `up` turns the text to be read from below; it then goes up from `place`
 */
export function drawText(
  text: string,
  [left, top]: readonly [x: number, y: number],
  scale: number,
  paint: (x: number, y: number) => void,
  direction: 'right' | 'up' = 'right',
): void {
  for (const [index, letter] of [...text].entries()) {
    const at = 8 * (letter.charCodeAt(0) - 32)
    const glyph = glyphs.slice(at, at + 7)
    const drop = hanging.includes(letter) ? lineHeight - letterHeight : 0
    for (const [row, digit] of [...glyph].entries()) {
      const dots = Number.parseInt(digit, 32)
      for (let column = 0; column < 5; column++) {
        if ((dots & (16 >> column)) === 0) continue
        for (let dot = 0; dot < scale * scale; dot++) {
          const along = (index * 6 + column) * scale + (dot % scale)
          const across = (row + drop) * scale + Math.floor(dot / scale)
          if (direction === 'up') paint(left + across, top - along)
          else paint(left + along, top + across)
        }
      }
    }
  }
}

/** A text that can be drawn. */
export const textOption: OptionCheck = (value) =>
  isDrawable(value) ? undefined : 'a string of printable ASCII (letters, digits, signs; no accents)'

/** Texts that can be drawn, at least one. */
export const textsOption: OptionCheck = (value) =>
  Array.isArray(value) && value.length > 0 && Array.from(value).every(isDrawable)
    ? undefined
    : 'an array of strings of printable ASCII (letters, digits, signs; no accents), at least one'

function isDrawable(text: unknown): boolean {
  return typeof text === 'string' && /^[ -~]*$/.test(text)
}
