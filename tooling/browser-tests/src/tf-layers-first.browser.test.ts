import { test } from 'vitest'
import { layersFirst } from './tf-layers-checks.ts'

test('where tf.layers is imported before, both train on wasm', layersFirst)
