import { afterWrongTry, judgeCode, MAX_TRIES, newCode, readCode } from './one-time-code.ts';

const now = new Date('2027-01-01T12:00:00Z');
const { text, kept } = newCode(new Date('2027-01-01T13:00:00Z'));
const given = readCode(text)!;

describe('a one-time code', () => {
  it('is known again, in any letter case and with blanks around it, without being kept', () => {
    expect(judgeCode(kept, given, now)).toBe('RIGHT');
    expect(readCode(` ${text.toLowerCase()}\n`)).toEqual(given);
    expect(JSON.stringify(kept)).not.toContain(text.split('-')[1]);
  });

  it('is wrong with another secret, and worthless after too many of them', () => {
    const wrong = { ...given, hash: readCode(newCode(now).text)!.hash };
    let code = kept;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      expect(judgeCode(code, wrong, now)).toBe('WRONG');
      code = afterWrongTry(code);
    }
    expect(judgeCode(code, given, now)).toBe('WORTHLESS');
  });

  it('is worthless when it is over, gone, or another one', () => {
    expect(judgeCode(kept, given, kept.expiresAt)).toBe('WORTHLESS');
    expect(judgeCode(undefined, given, now)).toBe('WORTHLESS');
    expect(judgeCode(newCode(kept.expiresAt).kept, given, now)).toBe('WORTHLESS');
  });

  it.each(['', 'x', text.slice(1), `${text}A`, text.replace('-', '')])('has one form only: %s', (other) => {
    expect(readCode(other)).toBeUndefined();
  });
});
