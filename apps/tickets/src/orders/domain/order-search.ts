import type { Order } from './order.ts';

/** Words of a name that a search knows. */
const MAX_SEARCH_WORDS = 10;

/** In lower case, each accent kept: what is searched for and what is found by it are made alike. */
export function normalizeSearch(text: string): string {
  return text.trim().toLowerCase();
}

/** What a search finds an order by: its buyer's address, name, and each word of the name. */
export function searchKeysOf({ buyerName, buyerEmail }: Pick<Order, 'buyerName' | 'buyerEmail'>): string[] {
  const whole = normalizeSearch(buyerName);
  const words = whole.split(/\s+/).slice(0, MAX_SEARCH_WORDS);
  const address = buyerEmail === undefined ? [] : [normalizeSearch(buyerEmail)];
  return [...new Set([...address, whole, ...words])].filter((key) => key !== '');
}

export function looksLikeOrderId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** 10 bytes in Base32: a name may look so too. */
export function looksLikeTicketId(text: string): boolean {
  return /^[0-9a-z]{16}$/i.test(text);
}
