import { expect, test } from 'vitest'
import { drawText, lineHeight, textOption, textsOption, textWidth } from './font.ts'

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))

/** The dots of a text as a picture of letters. */
function picture(text: string, scale = 1, direction: 'right' | 'up' = 'right'): string {
  const length = textWidth(text) * scale
  const [width, height] = direction === 'up' ? [lineHeight * scale, length] : [length, lineHeight * scale]
  const rows = Array.from({ length: height }, () => Array<string>(width).fill('.'))
  drawText(text, [0, direction === 'up' ? length - 1 : 0], scale, paint(rows), direction)
  return rows.map((row) => row.join('')).join('\n')
}

/** Refuses a dot outside the picture, and one that is drawn twice. */
const paint = (rows: string[][]) => (x: number, y: number) => {
  const row = rows[y] ?? []
  expect(row[x]).toBe('.')
  row[x] = '#'
}

test('drawText writes letters on a line, some of which hang below it', () => {
  expect(picture('Ag 2')).toMatchInlineSnapshot(`
    ".###...............###.
    #...#.............#...#
    #...#..####...........#
    #####.#...#..........#.
    #...#.#...#.........#..
    #...#.#...#........#...
    #...#..####.......#####
    ..........#............
    .......###............."
  `)
})

test('drawText makes every dot a square of `scale` pixels', () => {
  const [small, large] = [picture('k7').split('\n'), picture('k7', 3).split('\n')]
  const enlarged = small.flatMap((row) => Array(3).fill(row.replace(/./g, '$&$&$&')))
  expect(large).toEqual(enlarged)
})

test('drawText turns a text that goes up a quarter to the left', () => {
  const rows = picture('z1', 2).split('\n')
  const turned = Array.from(rows[0] ?? '', (_, x) => rows.map((row) => row[x]).join('')).reverse()
  expect(picture('z1', 2, 'up').split('\n')).toEqual(turned)
})

test('every printable character but the space has dots, and no two look alike', () => {
  const pictures = printable.map((character) => picture(character))
  expect(new Set(pictures).size).toBe(95)
  expect(pictures.filter((dots) => !dots.includes('#'))).toEqual([picture(' ')])
})

test('the letters look like this', () => {
  const lines = [0, 19, 38, 57, 76].map((from) => picture(printable.slice(from, from + 19).join('')))
  expect(lines.join('\n\n').replaceAll('.', ' ').replace(/ +$/gm, '')).toMatchInlineSnapshot(`
    "        #    # #   # #    #   ##     ##     #      #   #                                         ###    #    ###
            #    # #   # #   #### ##  # #  #    #     #     #     #     #                         # #   #  ##   #   #
            #    # #  ##### # #      #  # #     #    #       #  # # #   #                        #  #  ##   #       #
            #          # #   ###    #    #           #       #   ###  #####       #####         #   # # #   #      #
            #         #####   # #  #    # # #        #       #  # # #   #    ##                #    ##  #   #     #
                       # #  ####  #  ## #  #          #     #     #     #     #          ##   #     #   #   #    #
            #          # #    #      ##  ## #          #   #                 #           ##          ###   ###  #####



    #####    #  #####   ##  #####  ###   ###                 #         #     ###   ###   ###  ####   ###  ###   #####
       #    ##  #      #        # #   # #   #  ##    ##     #           #   #   # #   # #   # #   # #   # #  #  #
      #    # #  ####  #        #  #   # #   #  ##    ##    #    #####    #      # # ### #   # #   # #     #   # #
       #  #  #      # ####    #    ###   ####             #               #    #  # # # ##### ####  #     #   # ####
        # #####     # #   #  #    #   #     #  ##    ##    #    #####    #    #   # ### #   # #   # #     #   # #
    #   #    #  #   # #   #  #    #   #    #   ##     #     #           #         #     #   # #   # #   # #  #  #
     ###     #   ###   ###   #     ###   ##          #       #         #      #    ###  #   # ####   ###  ###   #####



    #####  ###  #   #  ###    ### #   # #     #   # #   #  ###  ####   ###  ####   #### ##### #   # #   # #   # #   #
    #     #   # #   #   #      #  #  #  #     ## ## #   # #   # #   # #   # #   # #       #   #   # #   # #   # #   #
    #     #     #   #   #      #  # #   #     # # # ##  # #   # #   # #   # #   # #       #   #   # #   # #   #  # #
    ####  # ### #####   #      #  ##    #     # # # # # # #   # ####  #   # ####   ###    #   #   # #   # # # #   #
    #     #   # #   #   #      #  # #   #     #   # #  ## #   # #     # # # # #       #   #   #   # #   # # # #  # #
    #     #   # #   #   #   #  #  #  #  #     #   # #   # #   # #     #  #  #  #      #   #   #   #  # #  # # # #   #
    #      #### #   #  ###   ##   #   # ##### #   # #   #  ###  #      ## # #   # ####    #    ###    #    # #  #   #



    #   # #####  ###         ###    #          #          #               #         ##        #       #      #  #
    #   #     #  #    #        #   # #          #         #               #        #  #       #                 #
    #   #    #   #     #       #  #   #          #   ###  # ##   ###   ## #  ###   #     #### # ##   ##     ##  #  #
     # #    #    #      #      #                        # ##  # #     #  ## #   # ###   #   # ##  #   #      #  # #
      #    #     #       #     #                     #### #   # #     #   # #####  #    #   # #   #   #      #  ##
      #   #      #        #    #                    #   # #   # #   # #   # #      #    #   # #   #   #   #  #  # #
      #   #####  ###         ###        #####        #### ####   ###   ####  ###   #     #### #   #  ###   ##   #  #
                                                                                            #
                                                                                         ###

     ##                                              #                                           #    #    #
      #                                              #                                          #     #     #
      #   ## #  # ##   ###  ####   #### # ##   #### ###   #   # #   # #   # #   # #   # #####   #     #     #    #
      #   # # # ##  # #   # #   # #   # ##  # #      #    #   # #   # #   #  # #  #   #    #   #      #      #  # # #
      #   # # # #   # #   # #   # #   # #      ###   #    #   # #   # # # #   #   #   #   #     #     #     #      #
      #   # # # #   # #   # #   # #   # #         #  #  # #  ##  # #  # # #  # #  #   #  #      #     #     #
     ###  # # # #   #  ###  ####   #### #     ####    ##   ## #   #    # #  #   #  #### #####    #    #    #
                            #         #                                               #
                            #         #                                            ###"
  `)
})

test('textWidth has a dot between two letters and none after the last', () => {
  expect(['', 'a', 'ab', 'abc'].map(textWidth)).toEqual([0, 5, 11, 17])
})

test('texts are printable ASCII', () => {
  expect(textOption(printable.join(''))).toBeUndefined()
  expect(textsOption(printable)).toBeUndefined()
  for (const text of ['é', 'a\nb', '\t', 'σ', 3, undefined, ['a']]) {
    expect(textOption(text)).toBe('a string of printable ASCII (letters, digits, signs; no accents)')
  }
  for (const texts of ['ab', [], ['a', 'é'], [1], undefined])
    expect(textsOption(texts)).toContain('an array of strings')
})
