import { test } from 'vitest'
import { layersFirst } from './tf-layers-checks.ts'

test('with tf.layers imported first, both train on wasm', layersFirst)
