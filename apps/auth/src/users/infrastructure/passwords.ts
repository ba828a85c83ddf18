import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet: Argon2id (the library's default algorithm) with 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes that run at once; each holds a core for about 25 ms, and the rest of the process wants one too. */
const MAX_CONCURRENT = 2;

@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private decoy: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.limited(() => hash(password, PARAMETERS));
  }

  /** Without a hash (no such account) it takes as long and says no, so that time does not tell who has an account. */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    this.decoy ??= this.hash('a password that nobody has');
    const expected = passwordHash ?? (await this.decoy);
    const matches = await this.limited(() => verify(expected, password, PARAMETERS));
    return matches && passwordHash !== undefined;
  }

  private async limited<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= MAX_CONCURRENT) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running++;
    try {
      return await work();
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }
}
