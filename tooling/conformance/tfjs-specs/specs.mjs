// tfjs-core's own specs on the backend that the command line names; each outcome is a message to the parent process. run.mjs
// bundles this file with the modules that the specs import, so that the specs, the backend and @ae share one tfjs-core.
import { registerGradients } from '@ae/core'
import { wasmBackend } from '@ae/wasm'
import '@tensorflow/tfjs-backend-cpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { engine } from '@tensorflow/tfjs-core'
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
import jasmineRequire from 'jasmine-core'

/** Prepares each backend before the specs request it from tfjs, by the name on the command line. */
const prepare = {
  cpu: () => {},
  wasm: activateInsteadOfStarting,
  'stock wasm': (/** @type {string} */ folder) => setWasmPaths(folder),
}

main(.../** @type {[keyof typeof prepare, string]} */ (process.argv.slice(2)))

/**
 * @param {keyof typeof prepare} name
 * @param {string} stockFolder the folder of tfjs's own WebAssembly files
 */
async function main(name, stockFolder) {
  jasmineRequire.boot(jasmineRequire) // makes `describe` and the like global
  prepare[name](stockFolder)
  registerGradients()
  setTestEnvs([{ name: 'tried', backendName: name === 'cpu' ? 'cpu' : 'wasm', isDataSync: true }])
  await import('@tensorflow/tfjs-core/dist/tests.js')
  const env = globalThis.jasmine.getEnv()
  env.configure({ random: false })
  env.addReporter({
    specDone: (/** @type {any} */ { fullName, status, failedExpectations }) =>
      process.send?.({ name: fullName.replace(' tried {}', ''), status, message: failedExpectations[0]?.message }),
    jasmineDone: () => process.disconnect(),
  })
  env.execute()
}

/** The specs dispose of the backend after each `describe`, and request a new one from tfjs. */
function activateInsteadOfStarting() {
  // Two threads, to detect kernels that read numbers before they are computed.
  const wasm = wasmBackend({ threads: 2 })
  const { setBackend } = engine()
  let isActivating = false
  engine().setBackend = async (name) => {
    if (name !== 'wasm' || isActivating) return setBackend.call(engine(), name)
    isActivating = true
    try {
      await wasm.activate()
      return true
    } finally {
      isActivating = false
    }
  }
}
