/** Words of a name that a search knows. */
const MAX_SEARCH_WORDS = 10;

/**
 * What is searched for and what is found by it, made alike: in Unicode's compatible composed form (NFKC), without case, with
 * one space between words. Accents count. By way of upper case, which writes ß as SS; and with one sigma, for lower case has
 * another at the end of a word, where a beginning of a longer word has none.
 */
export function normalizeSearch(text: string): string {
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return folded.trim().replaceAll(/\s+/g, ' ');
}

/** What a search finds somebody by, each by its beginning: the address, the name, and each word of the name. */
export function searchKeysOf(name: string, address?: string): string[] {
  const whole = normalizeSearch(name);
  const words = whole.split(' ').slice(0, MAX_SEARCH_WORDS);
  const keys = [normalizeSearch(address ?? ''), whole, ...words];
  return [...new Set(keys)].filter((key) => key !== '');
}
