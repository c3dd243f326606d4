import { thirdPartyNotices } from '../../tooling/library/notices.ts'
import { defineLibrary } from '../../tooling/library/tsup.ts'

// Its WebAssembly file is embedded (src/binary/embedded-binary.ts).
export default defineLibrary({ esbuildPlugins: [thirdPartyNotices('@tensorflow/tfjs-backend-wasm')] })
