import { setTimeout as sleep } from 'node:timers/promises';
import { AccountsInTurn } from '../load/accounts-in-turn.ts';
import type { Asker, Operation } from '../load/graph-client.ts';
import { LoadError, Tally } from '../load/tally.ts';
import { FOLLOW_ORDER, HOLD, PAY, PLACE_ORDER } from './documents.ts';
import { Rush } from './rush.ts';

/** A platform with so many units, which loses the answer to every fourth order. */
class SmallPlatform implements Asker {
  readonly holders: string[] = [];
  readonly refused: string[] = [];
  readonly orders = new Map<string, string>();
  private asked = 0;

  constructor(private free: number) {}

  async ask<V extends object, A>(operation: Operation<V, A>, variables: V, token?: string): Promise<A> {
    await sleep(1);
    return this.answer(operation.text, variables as { input?: Record<string, string> }, token ?? '') as A;
  }

  close(): void {}

  private answer(text: string, { input = {} }: { input?: Record<string, string> }, token: string): unknown {
    switch (text) {
      case HOLD.text:
        if (this.free === 0) {
          this.refused.push(token);
          throw new LoadError('SOLD_OUT', 'none left');
        }
        this.free -= 1;
        this.holders.push(token);
        return { id: `hold-${this.holders.length}` };
      case PLACE_ORDER.text: {
        const { holdId = '', idempotencyKey = '' } = input;
        const known = this.orders.get(idempotencyKey);
        this.orders.set(idempotencyKey, known ?? `order-of-${holdId}`);
        if (++this.asked % 4 === 0) throw new LoadError('TIMEOUT', 'the answer is lost');
        return { order: { id: this.orders.get(idempotencyKey) }, paymentToken: 'token' };
      }
      case PAY.text:
        return { order: { settled: null } };
      case FOLLOW_ORDER.text:
        return { settled: { state: 'COMPLETED', tickets: [{ id: 'ticket' }] } };
      default:
        throw new Error(`nobody expected ${text}`);
    }
  }
}

const accounts = Array.from({ length: 100 }, (_, index) => ({
  userId: `user-${index}`,
  token: `token-${index}`,
}));
const pools = [{ id: 'event', ticketTypeId: 'type' }] as const;

describe('a rush', () => {
  it('makes exactly the attempts, and brings whoever held units to a ticket', async () => {
    const platform = new SmallPlatform(8);
    const plan = { attempts: 60, bots: 1, pools, quantity: 1 };
    const record = await new Rush(
      Array.from({ length: 4 }, () => platform),
      new AccountsInTurn(accounts),
      plan,
    ).run();
    const tally = Tally.from(record.tally);
    expect(record.attempts).toBe(60);
    expect(platform.holders).toHaveLength(8);
    expect(tally.count('purchase')).toBe(8);
    expect(platform.orders.size).toBe(8);
    expect(tally.errors['order TIMEOUT']).toBeGreaterThan(0);
    expect(record.givenUp).toEqual({});
    expect(tally.count('refusal')).toBe(52);
    expect(tally.errors['hold SOLD_OUT']).toBe(52);
    expect(record.firstHoldAt).toBeLessThan(record.lastTicketAt ?? 0);
  });

  it('has bots that come back in the same name, and people who come once', async () => {
    const platform = new SmallPlatform(0);
    const plan = { attempts: 40, bots: 1, pools, quantity: 1 };
    await new Rush([platform, platform], new AccountsInTurn(accounts), plan).run();
    const times = new Map<string, number>();
    for (const token of platform.refused) times.set(token, (times.get(token) ?? 0) + 1);
    const [most = 0, second = 0] = [...times.values()].sort((a, b) => b - a);
    expect(most).toBeGreaterThan(5);
    expect(second).toBe(1);
  });
});
