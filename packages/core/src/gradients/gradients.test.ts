import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { getGradient } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { registerGradients } from '../register-gradients.ts'
import { allGradients } from './all.ts'
import { gradientCases } from './cases.ts'
import { checkCase } from './check-case.ts'

registerGradients()
const unused = recordUse(Object.keys(allGradients()))

describe('a gradient agrees with central differences and leaks nothing', () => {
  it.each(gradientCases)('$name', (gradientCase) => {
    return expectNoLeak(() => checkCase(gradientCase, { absolute: 1e-4, relative: 1e-4 }))
  })
})

it('the table above runs every gradient that is registered', () => {
  expect([...unused]).toEqual([])
})

/** The names of these kernels whose gradients have not run yet. */
function recordUse(kernelNames: readonly string[]): ReadonlySet<string> {
  const names = new Set(kernelNames)
  for (const name of kernelNames) {
    const registered = getGradient(name)
    const { gradFunc } = registered
    registered.gradFunc = (...parameters) => {
      names.delete(name)
      return gradFunc(...parameters)
    }
  }
  return names
}
