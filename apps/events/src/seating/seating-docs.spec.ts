import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { smallHall } from '../../test/seating-desk.ts';
import { generateLayout, SHAPE_SEATS, SHAPES } from './domain/generator/generate-layout.ts';
import { layoutSchema } from './domain/layout-schema.ts';
import { seatingDocs } from './seating-docs.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const STALE =
  'Run `npm run build && node dist/apps/events/src/write-seating-docs.js` and check in what it writes';

describe('the documentation of seating plans', () => {
  it.each(Object.entries(seatingDocs()))('shows %s as it is', async (path, text) => {
    const written = await readFile(join(ROOT, path), 'utf8').catch(() => 'nothing');
    const same = path.endsWith('.json')
      ? JSON.stringify(JSON.parse(written)) === JSON.stringify(JSON.parse(text))
      : written === text;
    expect(same ? 'up to date' : STALE).toBe('up to date');
  });

  it('has drawings of at most 100 KB', () => {
    for (const [path, text] of Object.entries(seatingDocs()))
      expect(`${path}: ${text.length > 100_000}`).toBe(`${path}: false`);
  });
});

describe('the published schema', () => {
  const accepts = new Ajv2020({ strict: false }).compile(layoutSchema());

  it('takes what the service takes', () => {
    expect(accepts(smallHall)).toBe(true);
    for (const shape of SHAPES)
      expect(
        accepts(generateLayout({ shape, seats: SHAPE_SEATS[shape].fewest, accessibleShare: 0.01 })),
      ).toBe(true);
  });

  it.each([
    ['an unknown field', { ...smallHall, colour: 'red' }],
    ['no sections', { ...smallHall, sections: [] }],
    ['a section id with a hyphen', { ...smallHall, sections: [{ ...smallHall.sections[0], id: 'a-b' }] }],
  ])('refuses %s', (_, layout) => {
    expect(accepts(layout)).toBe(false);
  });
});
