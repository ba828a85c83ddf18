import { decideRefresh, REFRESH_GRACE_MS, type Session } from './session.ts';

const now = new Date('2027-01-01T12:00:00Z');
const session: Session = {
  id: 's',
  userId: 'u',
  refreshHash: 'present',
  previous: { hash: 'replaced', replacedAt: new Date(now.getTime() - REFRESH_GRACE_MS) },
  createdAt: new Date('2026-12-31T12:00:00Z'),
  expiresAt: new Date('2027-01-31T12:00:00Z'),
};

describe('what a refresh token is worth', () => {
  it('is a new one while it is the present one', () => {
    expect(decideRefresh(session, 'present', now)).toBe('ROTATE');
  });

  it('is a new one within the grace after it was replaced, for a client whose answer was lost', () => {
    expect(decideRefresh(session, 'replaced', now)).toBe('ROTATE');
  });

  it('ends the session once the grace is over: somebody has a copy', () => {
    expect(decideRefresh(session, 'replaced', new Date(now.getTime() + 1))).toBe('END_SESSION');
  });

  it('is nothing when it was never of this session', () => {
    expect(decideRefresh(session, 'guessed', now)).toBe('REFUSE');
  });

  it('is nothing after sign-out or expiry', () => {
    expect(decideRefresh({ ...session, endedAt: now }, 'present', now)).toBe('REFUSE');
    expect(decideRefresh(session, 'present', session.expiresAt)).toBe('REFUSE');
  });
});
