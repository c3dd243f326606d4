import { models, optionsOf } from '@ae/models/internal'
import { expect, test } from 'vitest'

/** Options that the form has fields of its own for, or that data and settings decide. */
const elsewhere = new Set(['inputShape', 'seed', 'architecture', 'hidden', 'latentSize', 'codeSize', 'embeddingSize'])

test('models.json is the catalogue as plain data; update it with `npx vitest run src/ui/settings/models.test.ts --update`', async () => {
  const table = models.map((row) => ({
    name: row.name,
    title: row.title,
    summary: row.summary,
    objective: row.objective,
    paper: row.paper,
    isVariational: row.isVariational,
    isLabelled: row.isLabelled,
    hidden: row.command.hidden,
    channels: row.command.channels ?? [32, 64],
    architecture: row.command.network ?? 'dense',
    options: optionsOf(row).filter(({ name, isFromData }) => !isFromData && !elsewhere.has(name)),
  }))
  await expect(`${JSON.stringify(table, undefined, 2)}\n`).toMatchFileSnapshot('models.json')
})
