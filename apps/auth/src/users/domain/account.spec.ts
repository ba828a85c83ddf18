import { isOpenFor, type Session } from '../../sessions/domain/session.ts';
import { newCode, readCode } from '../../one-time-codes/domain/one-time-code.ts';
import {
  disabled,
  enabled,
  epochOf,
  redeem,
  withCode,
  withMail,
  withoutRole,
  withPassword,
  withRole,
  withVerifiedEmail,
} from './account.ts';
import type { User } from './user.ts';

const HOUR_MS = 3_600_000;
const now = new Date('2027-01-01T12:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);
const ada: User = {
  id: 'ada',
  version: 1,
  name: 'Ada',
  email: 'ada@example.org',
  passwordHash: 'old',
  roles: ['ATTENDEE'],
  createdAt: now,
};

describe('an account', () => {
  it('has one version more after each change, and none after what changes nothing', () => {
    const code = newCode(later(HOUR_MS)).kept;
    for (const changed of [
      withRole(ada, 'ADMIN'),
      withPassword(ada, 'new'),
      withVerifiedEmail(ada, now),
      disabled(ada, now),
      withCode(ada, 'PASSWORD_RESET', code),
      withMail(ada, 'PASSWORD_RESET', now),
    ])
      expect(changed?.version).toBe(2);
    expect(withRole(ada, 'ATTENDEE')).toBe(ada);
    expect(withoutRole(ada, 'ADMIN')).toBe(ada);
    expect(enabled(ada)).toBe(ada);
    const verified = withVerifiedEmail(ada, now);
    expect(withVerifiedEmail(verified, later(1))).toBe(verified);
  });

  it('is sent three mails of a kind in an hour, and more after it', () => {
    let user: User | undefined = ada;
    for (let mails = 0; mails < 3; mails++) user = user && withMail(user, 'PASSWORD_RESET', now);
    expect(user && withMail(user, 'PASSWORD_RESET', later(HOUR_MS - 1))).toBeUndefined();
    expect(user && withMail(user, 'PASSWORD_RESET', later(HOUR_MS))).toBeDefined();
    expect(user && withMail(user, 'EMAIL_VERIFICATION', now)).toBeDefined();
  });

  it('uses up a code that is right, and only for what it was made', () => {
    const { text, kept } = newCode(later(HOUR_MS));
    const given = readCode(text)!;
    const user = withCode(ada, 'PASSWORD_RESET', kept);
    expect(redeem(user, 'EMAIL_VERIFICATION', given, now)).toEqual({ verdict: 'WORTHLESS', user });
    const used = redeem(user, 'PASSWORD_RESET', given, now);
    expect(used).toMatchObject({ verdict: 'RIGHT', user: { codes: {} } });
    expect(redeem(used.user, 'PASSWORD_RESET', given, now).verdict).toBe('WORTHLESS');
  });
});

describe('the sessions of an account', () => {
  const session: Session = {
    id: 's',
    userId: 'ada',
    epoch: 0,
    refreshHash: 'hash',
    createdAt: now,
    expiresAt: later(HOUR_MS),
  };

  it('end with a new password and with being disabled, and do not come back', () => {
    expect(isOpenFor(ada, session)).toBe(true);
    expect(isOpenFor(ada, { ...session, epoch: undefined })).toBe(true);
    expect(isOpenFor({ ...ada, id: 'eve' }, session)).toBe(false);
    const changed = withPassword(ada, 'new');
    expect(isOpenFor(changed, session)).toBe(false);
    expect(isOpenFor(changed, { ...session, epoch: epochOf(changed) })).toBe(true);
    const shutOut = disabled(ada, now);
    expect(isOpenFor(shutOut, { ...session, epoch: epochOf(shutOut) })).toBe(false);
    expect(isOpenFor(enabled(shutOut), session)).toBe(false);
  });
});
