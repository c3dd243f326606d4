// How the one model that wants it is pretrained, layer by layer.

/** Passes over the data for each layer, as `pretrain` of `@ae/models` does by default. */
export const pretrainingEpochs = 2
