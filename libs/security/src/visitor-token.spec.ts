import { randomBytes } from 'node:crypto';
import { randomIds } from '#kernel';
import { issueVisitorToken, readVisitorToken, VISITOR_TOKEN_MS } from './visitor-token.ts';

const key = randomBytes(32);
const now = new Date('2030-01-01T00:00:00.000Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const issue = (ip = '192.0.2.1', visitorId = randomIds.uuid()) =>
  issueVisitorToken(key, { visitorId, ip, now });
const addressOf = (ip: string) => readVisitorToken(key, issue(ip), now)?.address;

describe('a visitor token', () => {
  it('says who its visitor is, for a day', () => {
    const visitorId = randomIds.uuid();
    const token = issue('192.0.2.1', visitorId);
    expect(readVisitorToken(key, token, later(VISITOR_TOKEN_MS - 1))).toMatchObject({
      visitorId,
      since: now,
    });
    expect(readVisitorToken(key, token, later(VISITOR_TOKEN_MS))).toBeUndefined();
  });

  it('does not tell where its visitor comes from', () => {
    const body = Buffer.from(issue('192.0.2.1').split('.')[1]!, 'base64url').toString();
    expect(body).not.toContain('192.0.2.1');
  });

  it('is worth nothing when anything of it is changed, or it is of another key', () => {
    const token = issue();
    for (let i = 0; i < token.length; i++) {
      const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
      expect(readVisitorToken(key, changed, now)).toBeUndefined();
    }
    for (const other of ['', 'tv1', 'tv1..', `${token}.x`, token.slice(0, -1), 'x'.repeat(10_000)])
      expect(readVisitorToken(key, other, now)).toBeUndefined();
    expect(readVisitorToken(randomBytes(32), token, now)).toBeUndefined();
  });

  it('counts addresses as one that are of one subscriber', () => {
    expect(addressOf('2001:db8:1:2::1')).toBe(addressOf('2001:0DB8:1:2:ffff:0:0:9'));
    expect(addressOf('2001:db8::9')).toBe(addressOf('2001:db8:0:0::1'));
    expect(addressOf('2001:db8:1:2::1')).not.toBe(addressOf('2001:db8:1:3::1'));
    expect(addressOf('::ffff:192.0.2.1')).toBe(addressOf('192.0.2.1'));
    expect(addressOf('192.0.2.1')).not.toBe(addressOf('192.0.2.2'));
  });
});
