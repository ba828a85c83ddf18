import { parseArgs } from 'node:util';

import { WrongCommand } from '../system/failure.mjs';

/**
 * Reads a command line strictly: an option that does not exist is an error, not a wish that is ignored.
 * @template {import('node:util').ParseArgsOptionsConfig} T
 * @param {readonly string[]} args
 * @param {T} options
 * @param {{ help: string, positionals?: boolean }} about `help` is the command that shows the help
 */
export function readArguments(args, options, { help, positionals = false }) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: positionals });
  } catch (error) {
    const [firstSentence] = /** @type {Error} */ (error).message.split('. ');
    throw new WrongCommand(`${firstSentence}.`, [
      // npm keeps what stands before a -- for itself, and hands on a bare value.
      ...(firstSentence?.startsWith('Unexpected argument')
        ? ['Options stand behind a -- of their own.']
        : []),
      `All options: ${help}`,
    ]);
  }
}

/**
 * @param {string} text
 * @param {string} [source] who said it
 * @returns {number}
 */
export function readPort(text, source = '--port') {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
    throw new WrongCommand(`${source} takes a number from 1 to 65535, not "${text}".`, [
      'For example: npm start -- --port 4001',
    ]);
  }
  return port;
}

/**
 * @param {string} text becomes part of a folder's name
 * @returns {string}
 */
export function readPrivateId(text) {
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(text)) return text;
  throw new WrongCommand(`--private takes 1 to 40 small letters, digits and hyphens, not "${text}".`, [
    'For example: npm start -- --private rehearsal',
  ]);
}

/**
 * @param {string} option for the message
 * @param {string | undefined} text comma separated
 * @param {readonly string[]} known
 * @returns {string[]} in the order of `known`; all of them when nothing was asked for
 */
export function readSelection(option, text, known) {
  if (text === undefined) return [...known];
  const asked = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const unknown = asked.filter((name) => !known.includes(name));
  if (asked.length === 0 || unknown.length > 0) {
    throw new WrongCommand(
      `${option} ${asked.length === 0 ? 'names nothing' : `does not know "${unknown.join('", "')}"`}.`,
      [`It takes: ${known.join(',')}`],
    );
  }
  return known.filter((name) => asked.includes(name));
}
