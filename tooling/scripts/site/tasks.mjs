// A plugin of TypeDoc: puts each export into the category of its task, by the file it is declared in. A category is a page of the
// site (pages-of-api.mjs).
import { CommentTag, Converter, ReflectionKind } from 'typedoc'

/**
 * The tasks of each package: a title and the files, below `src/`, whose exports belong to it. The first that matches counts.
 *
 * @type {Readonly<Record<string, readonly (readonly [title: string, files: RegExp])[]>>}
 */
export const tasks = {
  core: [
    ['Optimisers and schedules', /^training\/(adam|optimizer|schedules|more-schedules|reduce-on-plateau)/],
    ['Checkpoints', /^training\/(checkpoint|newest-checkpoint|roll-back)/],
    ['Objectives and models of your own', /^(model|trace|objective|shape|training\/(terms|repeatable))/],
    ['Training and evaluating', /^training\/(?!step-player)/],
    ['Saving and loading', /^(files|notes|json)/],
    ['Stores', /^stores/],
    ['Backends', /^backend/],
    ['Data', /^(dataset|batches-from)/],
    ['Random numbers', /^random/],
    ['Errors', /^errors/],
    ['Kernels and gradients', /./],
  ],
  models: [
    ['Sampling and walks', /^generation/],
    ['Networks', /^networks/],
    ['Corruption', /^corruption/],
    ['Models from parts', /^(assembly|define-model|all-models|labels-of-batch)/],
    ['Summaries', /^summary/],
    ['Models', /./],
  ],
  metrics: [
    ['Codes and their factors', /^representation/],
    ['Pictures', /^pictures/],
    ['Anomalies', /^(score|threshold|ranking)/],
    ['Likelihood and latents', /./],
  ],
  datasets: [
    ['Tables', /^tables/],
    ['Folders of pictures', /^images/],
    ['Files', /^(files|idx|from-idx)/],
    ['MNIST and other ready data', /^(mnist|fashion-mnist|shapes|catalogue|load-published|idx-collections)/],
    ['Arrays and streams', /^(from-|array-dataset|stream|strided|windows|batch-of|stored-values)/],
    ['Changing and combining', /./],
  ],
  losses: [
    [
      'Likelihoods',
      /^(bernoulli|categorical|continuous|discretized|gaussian\.|laplace|learned|mixed|likelihood|squared|draw-from)/,
    ],
    ['Divergences and densities', /^(gaussian-|total-correlation)/],
    ['Objectives', /./],
  ],
  images: [
    ['Plots', /^(axes|bar-chart|histogram|line-chart|loss-curves|scatter-plot)/],
    ['Pictures', /./],
  ],
  formats: [
    ['PyTorch', /^(state-dict|pytorch)/],
    ['Keras and TensorFlow.js', /^(keras|layers-model)/],
    ['ONNX', /^onnx/],
    ['Files', /./],
  ],
  web: [
    ['Training in a Worker', /^worker/],
    ['Stores', /^stores/],
    ['Backends', /./],
  ],
}

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    const { project } = context
    for (const reflection of project.getReflectionsByKind(ReflectionKind.All)) {
      if (
        !reflection.isDeclaration() ||
        !(reflection.parent?.isProject() || reflection.parent?.kind === ReflectionKind.Module)
      )
        continue
      const title = taskOf(project.packageName ?? project.name, context.getSymbolFromReflection(reflection))
      if (title === undefined) continue
      for (const { comment } of [reflection, ...(reflection.signatures ?? [])])
        if (comment?.hasVisibleComponent())
          comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: title }]))
    }
  })
}

/**
 * @param {string} packageName
 * @param {import('typescript').Symbol | undefined} symbol
 */
function taskOf(packageName, symbol) {
  const own = tasks[packageName.replace('@ae/', '')]
  const file = symbol?.declarations?.[0]?.getSourceFile().fileName ?? ''
  const [, path = ''] = new RegExp(`/packages/${packageName.replace('@ae/', '')}/src/(.+)$`).exec(file) ?? []
  return (own?.find(([, files]) => files.test(path)) ?? own?.at(-1))?.[0] // what another package declares is with the rest
}
