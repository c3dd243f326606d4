import { test } from 'vitest'
import { layersLater } from './tf-layers-checks.ts'

test('where tf.layers is imported later, both train on wasm, and ours as before', layersLater)
