/** What the launcher says while it works: one line per thing, readable in a terminal and in a log file. */

const REMIND_EVERY_MS = 5_000;

let isQuiet = false;

/** From now on work is cut off on purpose: what it still has to say would only mislead. */
export function fallQuiet() {
  isQuiet = true;
}

/** @param {string} text said even so */
export function sayLast(text) {
  process.stdout.write(`${text}\n`);
}

/** @param {string} line */
export function say(line) {
  if (!isQuiet) process.stdout.write(`${line}\n`);
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * Says that a step begins, every 5 s that it still goes on, and how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const startedAt = performance.now();
  say(`… ${title}`);
  const reminder = setInterval(
    () => say(`  ${title}: ${Math.round((performance.now() - startedAt) / 1000)} s`),
    REMIND_EVERY_MS,
  );
  try {
    const result = await work();
    say(`✓ ${title} (${seconds(performance.now() - startedAt)})`);
    return result;
  } catch (error) {
    say(`✗ ${title} (${seconds(performance.now() - startedAt)})`);
    throw error;
  } finally {
    clearInterval(reminder);
  }
}

/**
 * @param {string[]} header
 * @param {string[][]} rows
 * @returns {string} columns padded to their widest cell
 */
export function table(header, rows) {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

// A closed terminal or pipe must not end the launcher before it has ended its children.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
