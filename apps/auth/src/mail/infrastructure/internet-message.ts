import type { Letter } from '../domain/mail-intent.ts';

/** RFC 2047, section 2: an encoded word has at most 75 characters; 42 octets make 56 of Base64. */
const OCTETS_PER_WORD = 42;

/** The letter in the Internet Message Format (RFC 5322), its text as UTF-8 with 8 bits (RFC 2045). */
export function internetMessage(letter: Letter, from: string, date: Date): string {
  const domain = /@([\w.-]+)>?$/.exec(from)?.[1] ?? 'localhost';
  const headers = [
    ['Date', date.toUTCString().replace('GMT', '+0000')],
    ['From', onOneLine(from)],
    ['To', onOneLine(letter.to)],
    ['Subject', encodedText(letter.subject)],
    ['Message-ID', `<${onOneLine(letter.id)}@${domain}>`],
    ['MIME-Version', '1.0'],
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Transfer-Encoding', '8bit'],
    ['Auto-Submitted', 'auto-generated'],
  ];
  const head = headers.map(([name, value]) => `${name}: ${value}`).join('\r\n');
  return `${head}\r\n\r\n${letter.text.replaceAll(/\r\n|\r|\n/g, '\r\n')}`;
}

/** @throws when the value could end its header and begin another one */
function onOneLine(value: string): string {
  if (/\p{Cc}/u.test(value)) throw new Error('a mail header may not hold control characters');
  return value;
}

/** Plain ASCII as it is; everything else, control characters included, as encoded words. */
function encodedText(text: string): string {
  if (/^[\x20-\x7e]{0,70}$/.test(text) && !text.includes('=?')) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > OCTETS_PER_WORD) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return words.map((part) => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`).join('\r\n ');
}
