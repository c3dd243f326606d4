import { defineTests } from '../../tooling/library/vitest.ts'

// `--mode pretrain` makes the model of the first view instead of testing.
export default ({ mode }: { readonly mode: string }) =>
  defineTests({
    ...(mode === 'pretrain' && { include: ['src/**/*.run.ts'] }),
    server: { deps: { inline: [/tfjs-backend-cpu/] } }, // single kernels: its ES modules import one another by names that Node does not resolve
  })
