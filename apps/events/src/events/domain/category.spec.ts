import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATEGORIES, categoryOfKeywords } from './category.ts';

it.each([
  [['jazz', 'festival'], 'MUSIC'],
  [['something', ' Festival '], 'FESTIVAL'],
  [['devops'], 'CONFERENCE'],
  [['something'], 'OTHER'],
  [[], 'OTHER'],
])('%j is %s', (keywords, category) => {
  expect(categoryOfKeywords(keywords)).toBe(category);
});

it('knows every topic of the catalogue, whose events are conferences', () => {
  const file = join(import.meta.dirname, '../../../../../data/catalogue/events.ndjson');
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const topics = new Set(lines.flatMap((line) => (JSON.parse(line) as { keywords: string[] }).keywords));
  expect(topics.size).toBeGreaterThan(30);
  for (const topic of topics) expect([topic, categoryOfKeywords([topic])]).toEqual([topic, 'CONFERENCE']);
  expect(CATEGORIES).toContain('CONFERENCE');
});
