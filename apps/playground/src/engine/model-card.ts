// What the page shows of a model: its layers, its objective, what it can do.
import { type Schedule, valueAt } from '@ae/core'
import { summary } from '@ae/models'
import { describeModel } from '@ae/models/internal'
import type { LayerCard, ModelCard, TermCard } from './engine.ts'
import { isConditional, isQuantized, type OpenedModel, viewOf } from './opened-model.ts'
import { pictureShape } from './pictures.ts'
import type { Settings } from './settings.ts'

/**
 * @param settings that the model was made from
 * @param trainedSteps training steps since its weights were made
 */
export function modelCard(model: OpenedModel, settings: Settings, trainedSteps: number): ModelCard {
  const view = viewOf(model)
  const isGaussian = view.posterior !== undefined
  return {
    settings,
    shape: pictureShape(model.inputShape),
    codeSize: view.codeSize,
    parameters: summary(model).parameters,
    layers: layersOf(model),
    objective: objectiveOf(model, trainedSteps),
    can: {
      sample: true,
      gaussian: isGaussian,
      denoise: model.kind === 'denoisingAutoencoder',
      label: isConditional(model),
      discrete: isQuantized(model),
    },
    trainedSteps,
  }
}

function layersOf(model: OpenedModel): readonly LayerCard[] {
  const description = describeModel(model)
  const [encoder, decoder] = [description?.encoder ?? [], description?.decoder ?? []]
  const { code } = description ?? {}
  const layers = [
    ...encoder,
    ...decoder,
    ...(code === undefined ? [] : code.type === 'gaussian' ? [code.mean] : [code.layer]),
  ]
  const isIn = (list: typeof encoder, name: string) => list.some((layer) => layer.name === name)
  return summary(model).layers.map(({ name, outputShape = [], parameters }) => {
    const part = isIn(encoder, name)
      ? 'encoder'
      : isIn(decoder, name) || /^likelihood/.test(name)
        ? 'decoder'
        : /^codebook/.test(name)
          ? 'codebook'
          : 'latent'
    const own = layers.find((layer) => layer.name === name)
    const activation = own !== undefined && own.type !== 'custom' ? String(own.activation) : undefined
    return { name, part, outputShape, parameters, ...(activation !== undefined && { activation }) }
  })
}

function objectiveOf({ objective, likelihood }: OpenedModel, step: number): readonly TermCard[] {
  const terms = Object.entries<{ readonly weight?: Schedule | undefined }>(
    typeof objective === 'function' ? {} : objective.terms,
  )
  return terms.map(([term, { weight = 1 }]) => {
    const symbol =
      term === 'reconstruction' && likelihood.kind === 'squaredError' ? '‖x − x̂‖²' : (symbols[term] ?? term)
    return { term, symbol, weight: valueAt('card', term, weight, step) }
  })
}

/** In the formula, by term. */
const symbols: Readonly<Record<string, string>> = {
  reconstruction: '−log p(x | z)',
  kl: 'KL(q(z | x) ‖ p(z))',
  bound: '−log 1/K Σ p(x, zₖ) / q(zₖ | x)',
  sparsity: 'Ω(h)',
  contraction: '‖∂h/∂x‖²',
  commitment: '‖z − sg(e)‖²',
  codebook: '‖sg(z) − e‖²',
  perplexity: 'exp H(e)',
  mutualInformation: 'I(x; z)',
  totalCorrelation: 'TC(z)',
  dimensionWiseKl: 'Σ KL(q(zⱼ) ‖ p(zⱼ))',
}
