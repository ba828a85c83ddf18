import { type GraphClient } from '#testing';
import { newOrder, PAY, PaymentsStage, SUCCEEDS } from './payments-stage.ts';

const BALANCES = `query ($organizations: [_Any!]!, $eventId: ID) { _entities(representations: $organizations) {
  ... on Organization { balances(eventId: $eventId) { captured { amount currency } refunded { amount }
  balance { formatted } } } } }`;
const PROVIDER = `query ($provider: String!) { providerBalances(provider: $provider) { balance { formatted } } }`;

let stage: PaymentsStage;
let organizer: GraphClient;

async function paid(amount: number, currency: string, eventId: string) {
  const order = newOrder({ amount, currency, eventId });
  await stage.buyer.expect('Payment', PAY, stage.input(order, SUCCEEDS));
  await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
  await stage.reaches(order, 'CAPTURED');
  return order;
}

async function balances(client: GraphClient, eventId?: string, id = 'organization'): Promise<any> {
  const organizations = [{ __typename: 'Organization', id }];
  return (await client.data(BALANCES, { organizations, eventId }))._entities[0].balances;
}

beforeAll(async () => {
  stage = await PaymentsStage.open();
  organizer = await stage.graphOf('organizer', { memberships: { organization: 'BOX_OFFICE' } });
  const [refunded] = await Promise.all([
    paid(1_000, 'EUR', 'one'),
    paid(2_500, 'EUR', 'one'),
    paid(4_000, 'EUR', 'two'),
    paid(700, 'JPY', 'two'),
  ]);
  await stage.buyer.expect('Payment', PAY, stage.input(newOrder({ eventId: 'one' })));
  await stage.askBack(refunded, 'refund', 6);
  await stage.reaches(refunded, 'REFUNDED');
});

afterAll(() => stage.close());

const eur = (captured: number, refunded: number, formatted: string) => ({
  captured: { amount: captured, currency: 'EUR' },
  refunded: { amount: refunded },
  balance: { formatted },
});

describe('the balances of an organization', () => {
  it('are what was taken for it less what was paid back, by currency, of all events or one', async () => {
    const yen = {
      captured: { amount: 700, currency: 'JPY' },
      refunded: { amount: 0 },
      balance: { formatted: 'JPY 700' },
    };
    expect(await balances(organizer)).toEqual([eur(7_500, 1_000, 'EUR 65.00'), yen]);
    expect(await balances(organizer, 'one')).toEqual([eur(3_500, 1_000, 'EUR 25.00')]);
    expect(await balances(organizer, 'nowhere')).toEqual([]);
  });

  it('are for its members who watch sales, and for nobody else', async () => {
    const scanner = await stage.graphOf('scanner', { memberships: { organization: 'SCANNER' } });
    for (const client of [scanner, stage.buyer, stage.service.graph])
      expect(await balances(client)).toBeNull();
    expect(await balances(organizer, undefined, 'another')).toBeNull();
  });
});

describe('the balances of a provider', () => {
  it('are for admins', async () => {
    const admin = await stage.graphOf('admin', { roles: ['ADMIN'] });
    expect((await admin.data(PROVIDER, { provider: 'test' })).providerBalances).toEqual([
      { balance: { formatted: 'EUR 65.00' } },
      { balance: { formatted: 'JPY 700' } },
    ]);
    expect((await admin.data(PROVIDER, { provider: 'stripe' })).providerBalances).toEqual([]);
    await expect(organizer.data(PROVIDER, { provider: 'test' })).rejects.toThrow(/Only admins/);
    await expect(admin.data(PROVIDER, { provider: 'x'.repeat(101) })).rejects.toThrow(/provider/);
  });
});
