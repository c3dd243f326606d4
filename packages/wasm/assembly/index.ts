// The kernels that WebAssembly runs, on the memory of tfjs's wasm backend. Addresses are bytes, everything else counts
// floats. Nothing here allocates, has static data or keeps a stack in memory: the memory is not ours.
// `team` is the address of a block that team.ts has prepared: kernels that take it run on all threads of it.
export { adam } from './adam'
export { bernoulli, bernoulliGradient } from './bernoulli'
export { byteFractions } from './bytes'
export { convolutionFloats, convolutionGradient, convolve, convolveTransposed, flipFilter } from './convolution'
export { activationGradient, biasActivation, columnSums } from './dense'
export { gaussianKl, gaussianKlGradient, reparameterize, reparameterizeGradient } from './gaussian'
export { matmul, packedFloats } from './matmul'
export { maxPoolGradient } from './pooling'
export { normals, uniforms } from './random'
export { klSparsity, klSparsityGradient } from './sparsity'
export { sumOfSquares, sumOfSquaresGradient } from './squares'
export { addMean, fillScaled } from './terms'
export { startTeam, stopTeam, teamBytes, work } from './team'
export { repeatBlocks } from './tile'
export { unary } from './unary'
