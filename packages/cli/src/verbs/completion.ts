// `ae completion`: the words of the command, for a shell.
import type { Verb } from '../verb.ts'

/** Prints the script that completes all `verbs`. */
export const completion = (verbs: () => readonly Verb[]): Verb => ({
  name: 'completion',
  summary: 'Print a script that makes a shell complete verbs, flags, choices and files.',
  arguments: [{ name: 'shell', help: 'which shell', choices: ['bash', 'zsh', 'fish'] }],
  flags: [],
  details: `To keep it, add the line of your shell to the file that it reads when it starts:
  bash  ~/.bashrc                   source <(ae completion bash)
  zsh   ~/.zshrc, after compinit    source <(ae completion zsh)
  fish  ~/.config/fish/config.fish  ae completion fish | source`,
  examples: [{ command: 'source <(ae completion bash)', what: 'in this shell, if it is bash' }],
  load: async () => ({ run: (await import('../run/completion.ts')).completing(verbs()) }),
})
