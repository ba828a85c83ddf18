import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { fail, ok, type Result, RetryLater } from '#kernel';

/** OWASP Password Storage Cheat Sheet: Argon2id (the library's default algorithm) with 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes that run at once; each holds a core for about 25 ms, and the rest of the process wants one too. */
const MAX_CONCURRENT = 2;
/** Hashes that wait; more would wait longer than a client does. */
const MAX_WAITING = 60;
const RETRY_AFTER_MS = 3_000;

/** Password hashing, which is slow on purpose: in a rush some are asked to come back rather than all to wait. */
@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private decoy: Promise<string> | undefined;

  hash(password: string): Promise<Result<string, RetryLater>> {
    return this.limited(() => hash(password, PARAMETERS));
  }

  /** Without a hash (no such account) it takes as long and says no, so that time does not tell who has an account. */
  async verify(passwordHash: string | undefined, password: string): Promise<Result<boolean, RetryLater>> {
    this.decoy ??= hash('a password that nobody has', PARAMETERS);
    const expected = passwordHash ?? (await this.decoy);
    const verified = await this.limited(() => verify(expected, password, PARAMETERS));
    return verified.ok ? ok(verified.value && passwordHash !== undefined) : verified;
  }

  private async limited<T>(work: () => Promise<T>): Promise<Result<T, RetryLater>> {
    if (this.running >= MAX_CONCURRENT) {
      if (this.waiting.length >= MAX_WAITING) {
        return fail(new RetryLater('Many people sign in just now: try again in a moment.', RETRY_AFTER_MS));
      }
      // Whoever ends hands its place over: `running` stays as it is.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running++;
    try {
      return ok(await work());
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
