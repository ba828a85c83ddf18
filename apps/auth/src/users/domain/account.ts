import type { Role } from '#contracts';
import { takeMail, type MailLimit } from '../../mail/domain/mail-allowance.ts';
import {
  afterWrongTry,
  type CodeVerdict,
  type GivenCode,
  judgeCode,
  type OneTimeCode,
} from '../../one-time-codes/domain/one-time-code.ts';
import type { CodePurpose, User } from './user.ts';

const HOUR_MS = 3_600_000;

export const CODE_LIFETIME_MS: Record<CodePurpose, number> = {
  PASSWORD_RESET: HOUR_MS,
  EMAIL_VERIFICATION: 24 * HOUR_MS,
};

/** Of one kind, to one account. */
const MAIL_LIMIT: MailLimit = { mails: 3, windowMs: HOUR_MS };

/** One more mail of this kind may go to the user; undefined when there were enough within the hour. */
export function withMail(user: User, purpose: CodePurpose, now: Date): User | undefined {
  const taken = takeMail(user.mailed?.[purpose], MAIL_LIMIT, now);
  return taken && changed(user, { mailed: { ...user.mailed, [purpose]: taken } });
}

/** With a code in the place of the one before, which is worthless from now on. */
export function withCode(user: User, purpose: CodePurpose, code: OneTimeCode): User {
  return changed(user, { codes: { ...user.codes, [purpose]: code } });
}

export interface Redeemed {
  readonly verdict: CodeVerdict;
  /** Without the code when it was right, with one try fewer when it was wrong. */
  readonly user: User;
}

export function redeem(user: User, purpose: CodePurpose, given: GivenCode, now: Date): Redeemed {
  const kept = user.codes?.[purpose];
  const verdict = judgeCode(kept, given, now);
  if (verdict === 'WORTHLESS' || !kept) return { verdict, user };
  const { [purpose]: _used, ...others } = user.codes ?? {};
  const codes = verdict === 'RIGHT' ? others : { ...others, [purpose]: afterWrongTry(kept) };
  return { verdict, user: changed(user, { codes }) };
}

/** Ends every session. A code for a new password that is still about is worthless from now on. */
export function withPassword(user: User, passwordHash: string): User {
  const { PASSWORD_RESET: _code, ...codes } = user.codes ?? {};
  return changed(user, { passwordHash, codes, sessionEpoch: epochOf(user) + 1 });
}

export function withVerifiedEmail(user: User, now: Date): User {
  return user.emailVerifiedAt ? user : changed(user, { emailVerifiedAt: now });
}

export function withRole(user: User, role: Role): User {
  return user.roles.includes(role) ? user : changed(user, { roles: [...user.roles, role] });
}

/** What a change made of a user, as a new version even if nothing changed: who knows only the one before decides anew. */
export function inNewVersion(before: User, after: User): User {
  return after === before ? changed(before, {}) : after;
}

export function withoutRole(user: User, role: Role): User {
  if (!user.roles.includes(role)) return user;
  return changed(user, { roles: user.roles.filter((one) => one !== role) });
}

/** Shut out: their sessions end, and stay ended when they are let in again. */
export function disabled(user: User, now: Date): User {
  if (user.disabledAt) return user;
  return changed(user, { disabledAt: now, codes: {}, sessionEpoch: epochOf(user) + 1 });
}

export function enabled(user: User): User {
  return user.disabledAt ? changed(user, { disabledAt: undefined }) : user;
}

export function epochOf({ sessionEpoch }: Pick<User, 'sessionEpoch'>): number {
  return sessionEpoch ?? 0;
}

function changed(user: User, change: Partial<User>): User {
  return { ...user, ...change, version: user.version + 1 };
}
