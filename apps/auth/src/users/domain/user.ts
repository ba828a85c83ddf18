import { z } from 'zod';
import { type Role, ROLES } from '#contracts';
import { Failure, oneLine } from '#kernel';
import type { MailAllowance } from '../../mail/domain/mail-allowance.ts';
import type { OneTimeCode } from '../../one-time-codes/domain/one-time-code.ts';

/** What a code that is mailed to a user is good for. */
export const CODE_PURPOSES = ['PASSWORD_RESET', 'EMAIL_VERIFICATION'] as const;
export type CodePurpose = (typeof CODE_PURPOSES)[number];

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
  /** Since when the address is known to be the user's. */
  readonly emailVerifiedAt?: Date;
  /** Since when an admin has shut them out. */
  readonly disabledAt?: Date;
  /** Raised to end every session that was opened before; absent is 0. */
  readonly sessionEpoch?: number;
  /** The codes that were mailed last and are not used yet. */
  readonly codes?: Readonly<Partial<Record<CodePurpose, OneTimeCode>>>;
  readonly mailed?: Readonly<Partial<Record<CodePurpose, MailAllowance>>>;
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

  constructor(message = 'No account has this e-mail address and password.') {
    super(message);
  }
}

export class AccountDisabled extends Failure {
  readonly code = 'ACCOUNT_DISABLED';

  constructor() {
    super('An admin has disabled this account: ask the platform why.');
  }
}

export class LastAdmin extends Failure {
  readonly code = 'LAST_ADMIN';

  constructor() {
    super('This is the last admin: make another one first.');
  }
}

/** Two spellings of one address are one account: outer blanks and letter case do not count. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

const MAX_EMAIL_LENGTH = 254;
const MIN_PASSWORD_LENGTH = 10;
const MAX_PASSWORD_LENGTH = 200;

export const emailInput = z.string().max(MAX_EMAIL_LENGTH).transform(normalizeEmail).pipe(z.email());
const shownName = oneLine(z.string().trim().min(1).max(100));

const newPassword = z.string().min(MIN_PASSWORD_LENGTH).max(MAX_PASSWORD_LENGTH);
const presentPassword = z.string().min(1).max(MAX_PASSWORD_LENGTH);
const codeText = z.string().max(100);

export const signUpInput = z
  .object({
    name: shownName,
    email: emailInput,
    password: newPassword,
    role: z
      .enum(['ATTENDEE', 'ORGANIZER'], 'must be ATTENDEE or ORGANIZER: only an admin makes admins')
      .nullish()
      .transform((role) => role ?? 'ATTENDEE'),
    organizationName: shownName.nullish(),
  })
  .refine((input) => input.role !== 'ORGANIZER' || input.organizationName, {
    path: ['organizationName'],
    message: 'an organizer needs the name of an organization',
  });

export const signInInput = z.object({ email: emailInput, password: presentPassword });
export const passwordResetRequest = z.object({ email: emailInput });
export const resetPasswordInput = z.object({ code: codeText, newPassword });
export const changePasswordInput = z.object({ currentPassword: presentPassword, newPassword });
export const verifyEmailInput = z.object({ code: codeText });

export const roleInput = z.object({
  userId: z.string().min(1).max(100),
  role: z.enum(ROLES).exclude(['ATTENDEE'], 'must be ORGANIZER or ADMIN: everybody is an attendee'),
});
