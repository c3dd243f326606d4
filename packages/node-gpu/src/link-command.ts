// `ae-node-gpu link`: builds the addon of an installed tfjs-node against the user's libtensorflow.
import { Command, Option } from 'commander'
import { linkLibtensorflow } from './tensorflow/link.ts'

/** The subcommand. */
export function linkCommand(): Command {
  return new Command('link')
    .description("Build tfjs-node's addon against a libtensorflow of yours, for the backends native and cuda.")
    .requiredOption('--libtensorflow <path>', 'a TensorFlow wheel, site-packages/tensorflow, an archive or a folder')
    .addOption(
      new Option('--package <name>', 'tfjs-node is what native runs, tfjs-node-gpu what cuda runs')
        .choices(['tfjs-node', 'tfjs-node-gpu'])
        .default('tfjs-node'),
    )
    .addHelpText('after', details)
    .action(async (options: { libtensorflow: string; package: 'tfjs-node' | 'tfjs-node-gpu' }) => {
      const {
        changed,
        version,
        package: name,
      } = await linkLibtensorflow({
        from: options.libtensorflow,
        package: options.package,
        onProgress: (step) => process.stderr.write(`${step} ...\n`),
      })
      const outcome = changed ? `now runs libtensorflow ${version}` : `runs libtensorflow ${version} already`
      process.stdout.write(`${name} ${outcome}.\n`)
    })
}

const details = `
Needs a C++ compiler, and the package itself: npm install --ignore-scripts @tensorflow/tfjs-node@4.22.0
A wheel for the CPU:        pip download --no-deps tensorflow-cpu==2.21.0
An installed one with CUDA: pip install 'tensorflow[and-cuda]==2.21.0', then --package tfjs-node-gpu and
                            --libtensorflow .../site-packages/tensorflow`
