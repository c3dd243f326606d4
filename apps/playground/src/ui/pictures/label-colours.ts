// Ten colours that people with the usual kinds of colour blindness can also tell apart (Petroff, "Accessible Color Sequences for
// Data Visualization", 2021, https://arxiv.org/abs/2107.02270), as the plots of @ae/images have them.
const colours = [
  '#3f90da',
  '#ffa90e',
  '#bd1f01',
  '#94a4a2',
  '#832db6',
  '#a96b59',
  '#e76300',
  '#b9ac70',
  '#717581',
  '#92dadd',
]

/** The colour of a label, as CSS writes it. */
export const colourOfLabel = (label: number): string => colours[label % colours.length] as string

const fashion = ['T-shirt', 'trousers', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'boot']

/** What a label of a data set is called. */
export const nameOfLabel = (dataset: string, label: number): string =>
  (dataset === 'fashion-mnist' ? fashion[label] : undefined) ?? String(label)
