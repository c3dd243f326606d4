/** The pictures that `ae train` writes for a VAE. */
export const vaePictures = [
  'samples.png',
  'reconstructions.png',
  'interpolations.png',
  'losses.png',
  'codes.png',
  'kl.png',
  'walk.png',
]
