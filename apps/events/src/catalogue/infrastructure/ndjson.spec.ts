import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLines } from './ndjson.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ndjson-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function linesOf(content: string): Promise<(string | undefined)[]> {
  const path = join(folder, 'file.ndjson');
  await writeFile(path, content);
  const texts: (string | undefined)[] = [];
  for await (const { number, text } of readLines(path)) {
    texts.push(text);
    expect(number).toBe(texts.length);
  }
  return texts;
}

describe('the lines of a file', () => {
  it.each([
    ['', []],
    ['\n', ['']],
    ['{"a":1}', ['{"a":1}']],
    ['{"a":1}\n\n{"b":2}\n', ['{"a":1}', '', '{"b":2}']],
  ])('of %j are %j', async (content, expected) => expect(await linesOf(content)).toEqual(expected));

  it('are whole, however the file is cut into chunks', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `{"name":"Zürich 東京 ${i}"}`);
    expect(await linesOf(lines.join('\n'))).toEqual(lines);
  });

  it('may be too long, which costs that line only', async () => {
    expect(await linesOf(`first\n${'x'.repeat(400_000)}\nlast\n`)).toEqual(['first', undefined, 'last']);
    expect(await linesOf(`first\n${'x'.repeat(400_000)}`)).toEqual(['first', undefined]);
  });

  it('of a folder cannot be read', async () => {
    await expect(readLines(folder).next()).rejects.toThrow('EISDIR');
  });
});
