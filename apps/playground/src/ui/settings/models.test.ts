import { models, optionsOf } from '@ae/models/internal'
import { expect, test } from 'vitest'
import { fakeEngine } from '../testing/fake-engine.ts'
import { writtenTerm } from '../understand/formula.ts'
import { meaningOf } from '../understand/terms.ts'

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
  const rows = table.map((row) => JSON.stringify(row))
  await expect(`[\n${rows.join(',\n')}\n]\n`).toMatchFileSnapshot('models.json')
})

test('every term of every model has a name, a meaning and a way to be written', async () => {
  const card = await fakeEngine().openPretrained()
  for (const { terms } of models)
    for (const term of terms) {
      expect(meaningOf(term).meaning).not.toBe('A term of this model.')
      if (term !== 'perplexity') expect(writtenTerm(card, { term, symbol: '?', weight: 1 }).piece).not.toBe('?')
    }
})
