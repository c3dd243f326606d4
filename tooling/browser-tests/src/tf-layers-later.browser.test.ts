import { test } from 'vitest'
import { layersLater } from './tf-layers-checks.ts'

test('with tf.layers imported later, both train on wasm, and ours as before', layersLater)
