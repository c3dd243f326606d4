// Checks that consist of one run of one tool, which prints the problems.
import { join } from 'node:path'
import { root, run, tool } from '../workspace.mjs'

/** Format and lint of every file. */
export const lint = check(() => [...tool('@biomejs/biome', 'biome'), 'ci', '--colors=off'])

/** The types of these scripts. */
export const scripts = check(() => [...tool('typescript', 'tsc'), '--project', 'tooling/scripts'])

/** One version of each dependency, and tidy package.json files. (Not every folder of tooling/ is a package.) */
export const workspace = check(() => [...tool('sherif'), '--fail-on-warnings', '-r', 'packages-without-package-json'])

/** No unused file, export or dependency. */
export const unused = check(() => [...tool('knip'), '--no-config-hints'])

/** A public package that changed since the base branch has a changeset. */
export const changeset = check(() => {
  const base = process.env.GITHUB_BASE_REF // set on a pull request
  return [...tool('@changesets/cli', 'changeset'), 'status', ...(base ? [`--since=origin/${base}`] : [])]
})

/** A budget for each import statement of a browser program: minified, gzip; see .size-limit.json. */
export const size = check(() => [...tool('size-limit')])

/** The site builds, every exported name is documented, every link leads somewhere. */
export const docs = check(() => [process.execPath, join(root, 'tooling/scripts/site.mjs')])

/** The README's program, from packed packages: see consumers.mjs. Its lines are shown because they may say what was skipped. */
export async function consumers() {
  const line = [process.execPath, join(root, 'tooling/scripts/consumers.mjs')]
  const { code } = await run(line, { echo: true })
  return code === 0 ? [] : ['see above']
}

/** No machine's own paths in a committed file. */
export async function paths() {
  const personal = String.raw`(?<![\w.:-])/(root|home|Users|work)/(?!ada\b)\w` // Ada is a made-up user in tests
  const { code, output } = await run(['git', 'grep', '-nP', personal, '--', '.', ':!pnpm-lock.yaml'])
  return code === 1 ? [] : [output]
}

/**
 * @param {() => string[]} line the command line; exit code 0 means success
 * @returns {import('../checks.mjs').Check}
 */
function check(line) {
  return async () => {
    const { code, output } = await run(line())
    return code === 0 ? [] : [output]
  }
}
