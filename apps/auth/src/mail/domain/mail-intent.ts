import { createHash } from 'node:crypto';

/**
 * What somebody is to be told by mail. It names whom and what about, never a code: a code is made when the letter is
 * written, so that it stands nowhere but in the letter.
 */
export type MailOrder =
  /** `email` need not be that of an account: whoever asks cannot tell. */
  | { readonly kind: 'PASSWORD_RESET'; readonly email: string }
  | { readonly kind: 'EMAIL_VERIFICATION'; readonly userId: string }
  | { readonly kind: 'INVITATION'; readonly organizationId: string; readonly invitationId: string };

export type MailIntent = MailOrder & {
  readonly id: string;
  /** Times that it was taken up, this one included. */
  readonly tries: number;
};

/** A mail as a sender takes it. */
export interface Letter {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  /** Plain text, lines ended by \n. */
  readonly text: string;
}

/** Tries to send a mail; then it is parked. */
export const MAX_TRIES = 8;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** One order that waits is enough of its kind: asking again while it does changes nothing. */
export function intentIdOf(order: MailOrder): string {
  return createHash('sha256')
    .update(JSON.stringify([order.kind, subjectOf(order)]))
    .digest('base64url');
}

function subjectOf(order: MailOrder): string {
  switch (order.kind) {
    case 'PASSWORD_RESET':
      return order.email;
    case 'EMAIL_VERIFICATION':
      return order.userId;
    case 'INVITATION':
      return order.invitationId;
  }
}

/** When a mail that could not be sent is tried again. */
export function dueAgainAt(tries: number, now: Date): Date {
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
  return new Date(now.getTime() + pauseMs);
}
