export function looksLikeOrderId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** 10 bytes in Base32: a name may look so too. */
export function looksLikeTicketId(text: string): boolean {
  return /^[0-9a-z]{16}$/i.test(text);
}
