import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** No honest line is longer, in characters. */
const MAX_LINE_LENGTH = 100_000;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Undefined when the line is too long to be read. */
  readonly text: string | undefined;
  /** Bytes of the file that have been read by now: at least up to the end of this line. */
  readonly bytesSoFar: number;
}

/** The size of a file in bytes. @throws when it cannot be had, naming the path. */
export async function fileSize(path: string): Promise<number> {
  return (await stat(path)).size;
}

/**
 * The lines of a file of newline-delimited JSON, without the empty end behind the last newline; at most one chunk of
 * the file and one line are held at a time. (Node's readline does not report a file that fails to be read.)
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  const input = createReadStream(path, { encoding: 'utf8' });
  let number = 0;
  let begun = '';
  const line = (text: string): Line => ({
    number: ++number,
    text: text.length > MAX_LINE_LENGTH ? undefined : text,
    bytesSoFar: input.bytesRead,
  });
  for await (const chunk of input) {
    const [first = '', ...rest] = String(chunk).split('\n');
    begun += first;
    for (const next of rest) {
      yield line(begun);
      begun = next;
    }
    // Of a line that is too long already, no more needs to be kept than shows that.
    begun = begun.slice(0, MAX_LINE_LENGTH + 1);
  }
  if (begun !== '') yield line(begun);
}
