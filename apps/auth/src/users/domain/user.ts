import { z } from 'zod';
import type { Role } from '#contracts';
import { Failure } from '#kernel';

/** A person with an account. */
export interface User {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  /** As `normalizeEmail` gives it: unique over all users. */
  readonly email: string;
  readonly passwordHash: string;
  readonly roles: readonly Role[];
  readonly createdAt: Date;
  /** For an organizer: the organization that came with the account. */
  readonly ownOrganization?: { readonly id: string; readonly name: string };
}

export class EmailTaken extends Failure {
  readonly code = 'EMAIL_TAKEN';

  constructor() {
    super('An account with this e-mail address exists: sign in instead.');
  }
}

export class InvalidCredentials extends Failure {
  readonly code = 'INVALID_CREDENTIALS';

  constructor() {
    super('No account has this e-mail address and password.');
  }
}

/** Two spellings of one address are one account: outer blanks and letter case do not count. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

const MAX_EMAIL_LENGTH = 254;
const MIN_PASSWORD_LENGTH = 10;
const MAX_PASSWORD_LENGTH = 200;

const email = z.string().max(MAX_EMAIL_LENGTH).transform(normalizeEmail).pipe(z.email());
const shownName = z.string().trim().min(1).max(100);

export const signUpInput = z
  .object({
    name: shownName,
    email,
    password: z.string().min(MIN_PASSWORD_LENGTH).max(MAX_PASSWORD_LENGTH),
    role: z
      .enum(['ATTENDEE', 'ORGANIZER'], 'must be ATTENDEE or ORGANIZER: only an admin makes admins')
      .default('ATTENDEE'),
    organizationName: shownName.nullish(),
  })
  .refine((input) => input.role !== 'ORGANIZER' || input.organizationName, {
    path: ['organizationName'],
    message: 'an organizer needs the name of an organization',
  });

export const signInInput = z.object({ email, password: z.string().min(1).max(MAX_PASSWORD_LENGTH) });
