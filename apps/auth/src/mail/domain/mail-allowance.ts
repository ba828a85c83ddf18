/** Mails of one kind that were sent since `since`. */
export interface MailAllowance {
  readonly since: Date;
  readonly sent: number;
}

export interface MailLimit {
  readonly mails: number;
  readonly windowMs: number;
}

/** The allowance with one more mail in it; undefined when there may be none before the window is over. */
export function takeMail(
  allowance: MailAllowance | undefined,
  { mails, windowMs }: MailLimit,
  now: Date,
): MailAllowance | undefined {
  if (!allowance || now.getTime() - allowance.since.getTime() >= windowMs) return { since: now, sent: 1 };
  return allowance.sent < mails ? { ...allowance, sent: allowance.sent + 1 } : undefined;
}
