export default {
  // The server's copy stays outside the bundle: it reads its WebAssembly from node_modules.
  serverExternalPackages: ['@ae/core', '@ae/models', '@ae/server', '@ae/wasm', '@tensorflow/tfjs-core'],
  outputFileTracingIncludes: { '/api/ae/*': ['./model/vae.safetensors'] },
}
