import type { Account } from '../house/accounts.ts';
import type { Asker } from '../load/graph-client.ts';
import type { Tally } from '../load/tally.ts';
import type { Cart } from './buyer.ts';
import {
  CHANGE_CAPACITY,
  type DeskOrder,
  ISSUE_COMPLIMENTARY,
  REFUND_ORDER,
  RETRY_REFUND,
  SELL_AT_DOOR,
} from './documents.ts';

/** What an organizer does for single people, step by step. @throws LoadError in each step. */
export class Desk {
  constructor(
    private readonly graph: Asker,
    readonly organizer: Account,
    private readonly tally: Tally,
  ) {}

  /** Who asks again with the same key gets the same order. */
  giveAway(cart: Cart, idempotencyKey: string): Promise<DeskOrder> {
    const input = { ...cart, holderName: 'Guest of the house', idempotencyKey };
    return this.tally.time('giveAway', () => this.graph.ask(ISSUE_COMPLIMENTARY, { input }, this.token));
  }

  /** Who asks again with the same key gets the same order. */
  sellAtDoor(cart: Cart, idempotencyKey: string): Promise<DeskOrder> {
    const input = { ...cart, paidBy: 'CASH', idempotencyKey };
    return this.tally.time('sellAtDoor', () => this.graph.ask(SELL_AT_DOOR, { input }, this.token));
  }

  /** Some tickets of an order, or all that are left. */
  async takeBack(id: string, ticketIds: readonly string[] | null = null): Promise<void> {
    const variables = { id, ticketIds, reason: 'cannot come' };
    await this.tally.time('refund', () => this.graph.ask(REFUND_ORDER, variables, this.token));
  }

  async retryRefund(id: string): Promise<void> {
    await this.tally.time('retryRefund', () => this.graph.ask(RETRY_REFUND, { id }, this.token));
  }

  async changeCapacity(ticketTypeId: string, capacity: number): Promise<void> {
    const variables = { id: ticketTypeId, capacity };
    await this.tally.time('changeCapacity', () => this.graph.ask(CHANGE_CAPACITY, variables, this.token));
  }

  private get token(): string {
    return this.organizer.token;
  }
}
