// `pnpm start` prints nothing of its own on stdout, so that `pnpm start --json` is exactly one JSON object.
// (The reporter is silent for that one command only; installs keep theirs, on stderr.)
module.exports = {
  hooks: {
    updateConfig(config) {
      if (process.argv[2] === 'start') config.reporter = 'silent'
      return config
    },
  },
}
