import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { systemClock } from '#kernel';
import type { GraphClient } from '#testing';
import { BoxOffice } from '../../test/box-office.ts';

/**
 * A process whose clock is wrong, beside engines whose clocks are right. Real: the service and the engines. Not real:
 * what the service takes the time to be.
 */
const FIVE_MINUTES_MS = 5 * 60_000;
/** Longer than a claim takes, and the sweep that looks after it. */
const A_WHILE_MS = 2_000;

let office: BoxOffice;

beforeAll(async () => {
  office = await BoxOffice.open();
});

afterAll(async () => {
  await office?.close();
});

afterEach(() => {
  jest.restoreAllMocks();
});

function setClock(aheadMs: number): void {
  jest.spyOn(systemClock, 'now').mockImplementation(() => new Date(Date.now() + aheadMs));
}

async function ready(): Promise<{ status: number; clock: string }> {
  const response = await fetch(`${office.service.url}/health/ready`);
  const { checks } = (await response.json()) as { checks: Record<string, string> };
  return { status: response.status, clock: checks['clock'] ?? '' };
}

async function placed(): Promise<{ client: GraphClient; order: { id: string; total: { amount: number } } }> {
  const event = await office.publish({}, 5);
  const client = await office.buyer();
  const { order } = await office.place(client, (await office.hold(client, event, 2)).id);
  return { client, order };
}

describe('a service with a wrong clock', () => {
  it('says so, claims nothing while it is behind, and goes on with the order once it is right', async () => {
    const { client, order } = await placed();
    setClock(-FIVE_MINUTES_MS);
    expect(await ready()).toEqual({ status: 503, clock: expect.stringMatching(/30\d\.\d s behind MongoDB/) });
    await office.payment(order, 'PaymentAuthorized');
    await sleep(A_WHILE_MS);
    await office.inState(client, order.id, 'CLAIMING');
    jest.restoreAllMocks();
    await office.inState(client, order.id, 'CONFIRMED');
    expect(await ready()).toEqual({ status: 200, clock: 'up' });
  });

  it('says so, and still sells what it may while it is ahead', async () => {
    setClock(FIVE_MINUTES_MS);
    const { client, order } = await placed();
    expect(await ready()).toEqual({
      status: 503,
      clock: expect.stringMatching(/300\.\d s ahead of MongoDB/),
    });
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(client, order.id, 'CONFIRMED');
  });
});
