import { test } from 'vitest'
import { pretrain } from './pretrain.ts'

test('pretrain', { timeout: 3_600_000 }, () => pretrain())
