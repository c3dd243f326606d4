// The fenced blocks of code in a page of Markdown, for whatever runs or checks them as printed.

/**
 * @typedef {object} CodeBlock
 * @property {string} language as the page names it, e.g. `ts`; empty if it does not
 * @property {string} code
 * @property {number} line where its code begins, counted from 1
 */

/**
 * @param {string} text
 * @returns {CodeBlock[]} in order
 */
export function codeBlocks(text) {
  return [...text.matchAll(/^( *)```([\w-]*)[^\n]*\n(.*?)^\1```$/gms)].map(
    ({ index, 2: language = '', 3: code = '' }) => {
      return { language, code, line: text.slice(0, index).split('\n').length + 1 }
    },
  )
}

/**
 * @param {string} text
 * @param {string} page its name, for the error
 * @param {string} language
 * @returns {string} the first block of a language
 */
export function firstBlock(text, page, language) {
  const block = codeBlocks(text).find((block) => block.language === language)
  if (block === undefined) throw new Error(`${page} has no \`\`\`${language} block`)
  return block.code
}
