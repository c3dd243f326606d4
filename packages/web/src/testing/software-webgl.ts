// `webgl` as the tests of this package take it: they run on machines without a GPU.
import { webglBackend } from '../webgl.ts'

export const webgl = webglBackend({ softwareAdapter: 'accept' })
