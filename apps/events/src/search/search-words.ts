import { z } from 'zod';

/** Longest search text, in characters. */
const MAX_SEARCH_LENGTH = 200;

/** A search text as its words; none when there is nothing to look for, which lists everything. */
export const searchText = z
  .string()
  .max(MAX_SEARCH_LENGTH)
  .nullish()
  .transform((text) => wordsOf(text ?? ''));

/** Letters, marks and digits of any script, as MongoDB's own text tokenizer splits them. */
function wordsOf(text: string): string[] {
  return [
    ...new Set(
      text
        .normalize('NFC')
        .toLowerCase()
        .match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [],
    ),
  ];
}
