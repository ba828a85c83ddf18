import type { Account } from '../house/accounts.ts';

/** A fresh account for each purchase, as long as there are some; then they buy again in the same order. */
export class AccountsInTurn {
  private next = 0;

  constructor(private readonly accounts: readonly Account[]) {}

  take(): Account {
    const account = this.accounts[this.next % this.accounts.length];
    if (!account) throw new Error('no account was minted');
    this.next += 1;
    return account;
  }
}
