// The kernels that WebAssembly runs, on the memory of tfjs's wasm backend. Addresses are bytes, everything else counts
// floats. Nothing here allocates, has static data or keeps a stack in memory: the memory is not ours.
export { adam } from './adam'
export { bernoulli, bernoulliGradient } from './bernoulli'
export { addPatchRows, flipFilter, patchRows } from './convolution'
export { activationGradient, biasActivation, columnSums } from './dense'
export { gaussianKl, gaussianKlGradient, reparameterize, reparameterizeGradient } from './gaussian'
export { matmul, matmulScratchBytes } from './matmul'
export { maxPoolGradient } from './pooling'
export { repeatBlocks } from './tile'
export { unary } from './unary'
