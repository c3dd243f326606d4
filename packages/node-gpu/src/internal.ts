// What `ae doctor` shares of the doctor. It is not part of the documented interface, and may change in any version.
export type { Candidate, Candidates } from './doctor/candidates.ts'
export { tellParent } from './doctor/child.ts'
export { diagnoseWith } from './doctor/diagnose.ts'
export { importIfInstalled, installedVersion } from './doctor/packages.ts'
export { probe } from './doctor/probe.ts'
