import { expect, test } from 'vitest'
import { describeMachine, parseGpus } from './machine.ts'

test('GPUs as nvidia-smi prints them', () => {
  expect(parseGpus('NVIDIA H200, 580.95.05, 143771\nNVIDIA RTX A6000, 580.95.05, 49140\n')).toEqual([
    { name: 'NVIDIA H200', driver: '580.95.05', memoryBytes: 143_771 * 2 ** 20 },
    { name: 'NVIDIA RTX A6000', driver: '580.95.05', memoryBytes: 49_140 * 2 ** 20 },
  ])
  expect(parseGpus('No devices were found\n')).toEqual([])
})

test('the machine is described with nothing unknown', () => {
  expect(describeMachine()).toEqual({
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    processor: expect.stringMatching(/\w/),
    threads: expect.toSatisfy((threads) => threads >= 1),
    memoryBytes: expect.toSatisfy((bytes) => bytes > 2 ** 28),
    nvidiaGpus: expect.any(Array),
  })
})
