// The lines of a changelog: what a changeset says, without the commit, and one line for all dependencies that were updated.
module.exports = {
  getReleaseLine: async ({ summary }) => `- ${summary.trim().replaceAll('\n', '\n  ')}`,
  getDependencyReleaseLine: async (_changesets, updated) =>
    updated.length === 0 ? '' : `- Uses ${updated.map(({ name, newVersion }) => `${name}@${newVersion}`).join(', ')}.`,
}
