import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '#contracts';
import { SERVICES } from '../house/services.ts';
import { declaredCopies } from './declared-copies.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('declared copies', () => {
  it('are of state topics, one of a collection', async () => {
    for (const service of SERVICES) {
      const copies = await declaredCopies(service);
      const collections = copies.map(({ collection }) => collection);
      expect(new Set(collections).size).toBe(collections.length);
      for (const { topic } of copies) {
        expect(topics).toContain(topic);
        expect(topic.kind).toBe('state');
        expect(topic.name.startsWith(`${service}.`)).toBe(false);
      }
    }
    expect(await declaredCopies('checkin')).not.toHaveLength(0);
  });

  it('are the only way in which a service writes copies, so that all of them can be built anew', () => {
    const sources = readdirSync(join(ROOT, 'apps'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
      .map((path) => ({ path, text: readFileSync(join(ROOT, 'apps', path), 'utf8') }));
    const undeclared = sources.filter(({ text }) => /\bwriteCopies\b/.test(text)).map(({ path }) => path);
    expect(undeclared).toEqual([]);

    const declaring = sources.filter(({ text }) => /\bdeclareCopy\(/.test(text)).map(({ path }) => path);
    const listed = declaring.filter((path) => {
      const list = sources.find((one) => one.path === `${path.split('/')[0]}/src/copies.ts`);
      return list?.text.includes(path.split('/').slice(2).join('/'));
    });
    expect(listed).toEqual(declaring);
  });
});
