import { backend, engine, getBackend, mul, ones, registerBackend, setBackend } from '@tensorflow/tfjs-core'
import { beforeEach, expect, test, vi } from 'vitest'
import { activateWebgpu, activeWebgpu } from './device.ts'
import { onAdapter, open } from './testing/dawn.ts'

const count = vi.fn(open)

onAdapter('a WebGPU device', () => {
  beforeEach(() => {
    count.mockClear()
  })

  test('is opened once, by calls at the same time too, in place of a factory of tfjs itself', async () => {
    registerBackend('webgpu', () => {
      throw new Error('the stock factory')
    })
    expect(activeWebgpu()).toBeUndefined()
    const [device, same] = await Promise.all([activateWebgpu(count), activateWebgpu(count)])
    expect(same).toBe(device)
    expect(await activateWebgpu(count)).toBe(device)
    expect(activeWebgpu()).toBe(device)
    expect(count).toHaveBeenCalledTimes(1)
    expect(getBackend()).toBe('webgpu')
    expect(await mul(ones([3]), 2).array()).toEqual([2, 2, 2])
  })

  test('has the limits and the features of its adapter', async () => {
    const { adapter } = await open()
    const { device } = backend() as unknown as { device: GPUDevice }
    for (const name of ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxComputeWorkgroupStorageSize'] as const) {
      expect(device.limits[name]).toBe(adapter.limits[name])
    }
    expect(activeWebgpu()?.float16).toBe(adapter.features.has('shader-f16'))
    expect(device.features.has('timestamp-query')).toBe(adapter.features.has('timestamp-query'))
  })

  test('that is lost says so, and activating opens another', async () => {
    const first = await activateWebgpu(count)
    const [instance, x] = [backend(), mul(ones([3]), 2)]
    first.destroy()
    expect(await first.lost).toEqual({ reason: 'destroyed', message: expect.any(String) })
    expect(activeWebgpu()).toBeUndefined()
    const second = await activateWebgpu(count)
    expect(second).not.toBe(first)
    expect(count).toHaveBeenCalledTimes(1)
    expect(backend()).not.toBe(instance)
    x.dispose() // of the lost device: no error
    expect(await mul(ones([3]), 3).array()).toEqual([3, 3, 3])
  })

  test('that is destroyed rejects the reads that are under way', async () => {
    const device = await activateWebgpu(open)
    const x = mul(ones([40, 50]), 2) // as many values as tfjs does not compute on the CPU
    const reading = x.data()
    device.destroy()
    await expect(reading).rejects.toThrow()
    x.dispose()
  })

  test('that refuses a command is given up, and activating opens another', async () => {
    const device = await activateWebgpu(open)
    const { device: gpuDevice } = backend() as unknown as { device: GPUDevice }
    gpuDevice.createShaderModule({ code: 'not a shader' })
    expect(await device.lost).toMatchObject({ reason: 'destroyed' })
    expect(await activateWebgpu(open)).not.toBe(device)
    expect(await mul(ones([2]), 5).array()).toEqual([5, 5])
  })

  test('that cannot be opened leaves everything as it was', async () => {
    const { destroy, lost } = await activateWebgpu(open)
    destroy()
    await lost
    const factories = Object.keys(engine().registryFactory)
    const refuse = async () => Promise.reject(new Error('no adapter'))
    await expect(activateWebgpu(refuse)).rejects.toThrow('no adapter')
    expect(Object.keys(engine().registryFactory)).toEqual(factories)
    await activateWebgpu(open)
    expect(await mul(ones([2]), 5).array()).toEqual([5, 5])
    await setBackend('webgpu')
  })
})
