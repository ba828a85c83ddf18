/** Who may hold: a signed-in account, or an anonymous visitor. */
export interface Holder {
  /** Whom new holds belong to and count for. */
  readonly accountId: string;
  /** Whom an account was before it signed in: what that visitor holds is the account's to use too. */
  readonly visitorAccountId?: string | undefined;
}

/**
 * The account that a visitor's holds count for. It carries the stand-in for the visitor's address, whose holds are
 * counted too (scripts/prelude.lua), and no account of a user has this form.
 */
export function visitorAccount({ visitorId, address }: { visitorId: string; address: string }): string {
  return `visitor:${address}:${visitorId}`;
}

/** Whose holds the holder may see, extend and release. */
export function accountsOf({ accountId, visitorAccountId }: Holder): readonly string[] {
  return visitorAccountId === undefined ? [accountId] : [accountId, visitorAccountId];
}
