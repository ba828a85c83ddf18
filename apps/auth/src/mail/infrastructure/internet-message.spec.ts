import fc from 'fast-check';
import { internetMessage } from './internet-message.ts';

const from = 'Tessera <no-reply@tessera.example>';
const date = new Date('2027-01-08T19:30:00Z');
const letter = { id: 'abc-1', to: 'ada@example.org', subject: 'Hello', text: 'One\nTwo\n' };

function headersOf(message: string): string[] {
  const [head = ''] = message.split('\r\n\r\n', 1);
  return head.split(/\r\n(?! )/);
}

function decoded(header: string): string {
  const words = [...header.matchAll(/=\?UTF-8\?B\?([\w+/=]*)\?=/g)].map(([, base64]) => base64 ?? '');
  return words.length > 0 ? words.map((word) => Buffer.from(word, 'base64').toString()).join('') : header;
}

describe('a mail in the Internet Message Format', () => {
  it('has what RFC 5322 asks for', () => {
    expect(internetMessage(letter, from, date)).toBe(
      [
        'Date: Fri, 08 Jan 2027 19:30:00 +0000',
        'From: Tessera <no-reply@tessera.example>',
        'To: ada@example.org',
        'Subject: Hello',
        'Message-ID: <abc-1@tessera.example>',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 8bit',
        'Auto-Submitted: auto-generated',
        '',
        'One',
        'Two',
        '',
      ].join('\r\n'),
    );
  });

  it('keeps its nine headers and short lines, whatever the subject', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (subject) => {
        const headers = headersOf(internetMessage({ ...letter, subject }, from, date));
        expect(headers).toHaveLength(9);
        const found = headers[3]!.slice('Subject: '.length);
        expect(decoded(found)).toBe(Buffer.from(subject).toString());
        for (const line of headers[3]!.split('\r\n')) {
          expect(line.length).toBeLessThanOrEqual(90);
          expect(line).toMatch(/^[\x20-\x7e]*$/);
        }
      }),
    );
  });

  it.each(['ada@example.org\r\nBcc: eve@example.org', 'ada@example.org\nBcc: eve', 'a\0b@example.org'])(
    'refuses an address that would be two headers',
    (to) => {
      expect(() => internetMessage({ ...letter, to }, from, date)).toThrow('control characters');
    },
  );
});
