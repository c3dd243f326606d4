import { defineTests } from '../../tooling/library/vitest.ts'

// `--mode pretrain` makes the model of the first view instead of testing.
export default ({ mode }: { readonly mode: string }) =>
  defineTests(mode === 'pretrain' ? { include: ['src/**/*.run.ts'] } : {})
