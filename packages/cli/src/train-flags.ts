// All flags of `ae train`.
import { dataFlags, outFlag, sourceFlags } from './flags.ts'
import { reportFlags, trainingFlags } from './training-flags.ts'
import type { Flag } from './verb.ts'

/** The flags, in the order of the help; those of models are loaded. */
export const trainFlags = async (): Promise<readonly Flag[]> => {
  const { modelChoices } = await import('./model-choices.ts')
  const { allOptionFlags } = await import('./model-flags.ts')
  const { objectiveFlags } = await import('./objective-flags.ts')
  const ofModels = allOptionFlags()
  return [
    {
      name: 'config',
      type: 'text',
      value: '<file>',
      help: 'the settings of a run as JSON, such as the run.json of a former one; flags go before what it says',
      path: 'file',
    },
    { ...dataFlags.dataset, default: 'mnist' },
    dataFlags.data,
    ...sourceFlags,
    dataFlags.shape,
    { ...dataFlags.split, help: 'which part of the data to train on (default: train)' },
    { ...dataFlags.limit, help: 'train on the first <count> examples; on all, with a warning, if fewer' },
    {
      name: 'model',
      type: 'text',
      value: '<name>',
      choices: Object.keys(modelChoices),
      default: 'vae',
      help: 'what to train',
      group: 'model',
    },
    ...ofModels.map((flag) => (flag.name === 'beta' ? { ...flag, help: betaHelp } : flag)),
    ...objectiveFlags.filter(({ name }) => !ofModels.some((flag) => flag.name === name)),
    ...trainingFlags,
    { ...outFlag, value: '<folder>', default: 'out', help: 'where to write', path: 'folder' },
    ...reportFlags,
  ]
}

const betaHelp =
  'the weight of kl, 1 by default, of vae and conditional-vae; of the total correlation, 6 by default, of beta-tc-vae'
