// The kernels that WebAssembly runs, on the memory of tfjs's wasm backend. Addresses are bytes, everything else counts
// floats. Nothing here allocates, has static data or keeps a stack in memory: the memory is not ours.
// A kernel publishes jobs for the threads of team.ts, and need not be done when it returns: `finish` waits for all.
export { adam } from './adam'
export { byteFractions } from './bytes'
export { convolve, flipFilter } from './convolution'
export { convolutionGradient } from './convolution-gradient'
export { convolutionFloats } from './convolution-memory'
export { activationGradient, biasActivation, columnSums } from './dense'
export { gaussianKl, gaussianKlGradient, reparameterize, reparameterizeGradient } from './gaussian'
export { loss, lossGradient } from './losses'
export { matmul, packedFloats } from './matmul'
export { maxPoolGradient } from './pooling'
export { normals, uniforms } from './random'
export { klSparsity, klSparsityGradient } from './sparsity'
export { addMean, fillScaled } from './terms'
export { finish, startTeam, stopTeam, teamBytes, work } from './team'
export { repeatBlocks } from './tile'
export { unary } from './unary'
