export function installKernels(): void {}
