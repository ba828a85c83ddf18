import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.tessera', 'coverage']);

/**
 * @param {string} folder
 * @returns {string[]} all Markdown files below it
 */
function documentsIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : documentsIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** @param {string} text without code, where brackets mean other things */
const prose = (text) =>
  text
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/(`+)(?!`)[^\n]*?\1/g, (code) => code.replace(/[[\]()]/g, ' '));

/**
 * The name that a heading can be linked by, as GitHub makes it.
 * @param {string} heading
 */
const anchorOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

/** @param {string} file */
const anchorsOf = (file) =>
  [
    ...readFileSync(file, 'utf8')
      .replace(/^```[\s\S]*?^```/gm, '')
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, heading = '']) => anchorOf(heading));

/**
 * @param {string} file
 * @param {string} target of a link in it
 * @returns {boolean}
 */
function leadsSomewhere(file, target) {
  const [path = '', anchor] = target.split('#');
  const to = path === '' ? file : join(dirname(file), decodeURIComponent(path));
  return existsSync(to) && (anchor === undefined || !to.endsWith('.md') || anchorsOf(to).includes(anchor));
}

test('every relative link in the documents leads somewhere', () => {
  const documents = documentsIn(ROOT);
  assert.ok(documents.length > 10);
  const dead = documents.flatMap((file) =>
    [...prose(readFileSync(file, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(file, target))
      .map((target) => `${relative(ROOT, file)}: ${target}`),
  );
  assert.deepEqual(dead, []);
});

test('a link to nothing is found', () => {
  const file = join(ROOT, 'README.md');
  assert.equal(leadsSomewhere(file, 'docs/architecture.md#facts'), true);
  assert.equal(leadsSomewhere(file, 'docs/architecture.md#no-such-heading'), false);
  assert.equal(leadsSomewhere(file, 'docs/no-such-document.md'), false);
});
