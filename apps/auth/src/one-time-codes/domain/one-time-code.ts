import { createHash, randomBytes } from 'node:crypto';
import { Failure, toBase32 } from '#kernel';

/** Wrong secrets that a code bears; then it is worthless. */
export const MAX_TRIES = 5;
/** 80 bits: names the code. */
const ID_BYTES = 10;
/** 120 bits: what only the mail says. */
const SECRET_BYTES = 15;

/** What is kept of a code that was mailed to somebody: never the code itself. */
export interface OneTimeCode {
  readonly id: string;
  readonly hash: string;
  readonly triesLeft: number;
  readonly expiresAt: Date;
}

/** A code as somebody typed or pasted it. */
export interface GivenCode {
  readonly id: string;
  readonly hash: string;
}

/** It was never given out, was used or replaced, has expired, or was tried wrongly too often: all read the same. */
export class InvalidCode extends Failure {
  readonly code = 'INVALID_CODE';

  constructor() {
    super('This code is not valid, or not valid any more: ask for a new mail.');
  }
}

export function newCodeId(): string {
  return toBase32(randomBytes(ID_BYTES));
}

/** `<id>-<secret>` in Crockford's Base32, so that it survives being read aloud; 41 characters. */
export function newCode(expiresAt: Date, id = newCodeId()): { text: string; kept: OneTimeCode } {
  const text = `${id}-${toBase32(randomBytes(SECRET_BYTES))}`;
  return { text, kept: { id, hash: hashOf(text), triesLeft: MAX_TRIES, expiresAt } };
}

/** Undefined when the text has not the form of a code. Blanks around it and letter case do not count. */
export function readCode(text: string): GivenCode | undefined {
  const normal = text.trim().toUpperCase();
  const [, id] = /^([0-9A-Z]{16})-[0-9A-Z]{24}$/.exec(normal) ?? [];
  return id === undefined ? undefined : { id, hash: hashOf(normal) };
}

export type CodeVerdict = 'RIGHT' | 'WRONG' | 'WORTHLESS';

/** WRONG costs a try (`afterWrongTry`); WORTHLESS is any try at a code that is over or is another one. */
export function judgeCode(kept: OneTimeCode | undefined, given: GivenCode, now: Date): CodeVerdict {
  if (kept?.id !== given.id || kept.expiresAt <= now || kept.triesLeft <= 0) return 'WORTHLESS';
  return kept.hash === given.hash ? 'RIGHT' : 'WRONG';
}

export function afterWrongTry<C extends OneTimeCode>(kept: C): C {
  return { ...kept, triesLeft: kept.triesLeft - 1 };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
