import type { AcknowledgedOrder } from '../../sale/fate.ts';
import type { AccountedOrder } from '../../sale/documents.ts';
import type { BackupFigures } from './figures.ts';
import { complaintOf, countAdmissions, countOrders, standingOf } from './judgement.ts';

const placed = { isPaid: false, ticketId: undefined };
const paid = { isPaid: true, ticketId: undefined };
const completed = { isPaid: true, ticketId: 'T1' };

const found = (state: string, payment: string | null, ...tickets: string[]): AccountedOrder => ({
  state,
  payment: payment === null ? null : { state: payment },
  refunds: [],
  tickets: tickets.map((id) => ({ id, status: 'VALID' })),
});

const noted = (id: string, acknowledged: typeof placed | typeof completed): AcknowledgedOrder => ({
  ...acknowledged,
  placed: { order: { id }, paymentToken: '' },
  buyer: { userId: 'buyer', token: '' },
  event: { id: 'event', ticketTypeId: 'type' },
});

describe('where an acknowledged order stands', () => {
  it.each([
    ['was placed and is gone', placed, null, 'MISSING'],
    ['was placed and waits', placed, found('AWAITING_PAYMENT', null), 'KEPT'],
    ['was placed and is completed', placed, found('COMPLETED', 'CAPTURED', 'T1'), 'KEPT'],
    ['was paid and is paid', paid, found('AWAITING_PAYMENT', 'AUTHORIZED'), 'KEPT'],
    ['was paid and is completed', paid, found('COMPLETED', 'CAPTURED', 'T1'), 'KEPT'],
    ['was paid, and its payment is gone', paid, found('AWAITING_PAYMENT', null), 'SET_BACK'],
    ['was paid, and its payment is open again', paid, found('AWAITING_PAYMENT', 'PENDING'), 'SET_BACK'],
    ['was completed and is', completed, found('COMPLETED', 'CAPTURED', 'T1'), 'KEPT'],
    ['was completed and is gone', completed, null, 'MISSING'],
    ['was completed and is on its way', completed, found('ISSUING', 'AUTHORIZED'), 'SET_BACK'],
    ['was completed, and has another ticket', completed, found('COMPLETED', 'CAPTURED', 'T2'), 'SET_BACK'],
  ] as const)('that %s', (_what, acknowledged, order, standing) => {
    expect(standingOf(acknowledged, order)).toBe(standing);
  });
});

describe('the counts', () => {
  it('count a missing order, one that nothing is known of, and one that was set back', () => {
    const [kept, missing, unasked, setBack] = [
      noted('kept', placed),
      noted('missing', completed),
      noted('unasked', completed),
      noted('set back', completed),
    ];
    const answers = new Map([
      [kept, found('AWAITING_PAYMENT', null)],
      [missing, null],
      [setBack, found('ISSUING', 'AUTHORIZED')],
    ]);
    expect(countOrders([kept, missing, unasked, setBack], answers)).toEqual({
      ordersAcknowledged: 4,
      ordersInFlight: 1,
      ordersMissing: 2,
      ordersSetBack: 1,
    });
  });

  it('count a ticket that was not admitted', () => {
    expect(countAdmissions(['T1', 'T2', 'T3'], new Set(['T1', 'T3']))).toEqual({
      ticketsAdmitted: 2,
      ticketsRefused: 1,
    });
  });
});

describe('the complaint', () => {
  const good: BackupFigures = {
    purchases: 9,
    ordersAcknowledged: 5,
    ordersInFlight: 2,
    ordersMissing: 0,
    ordersSetBack: 0,
    ordersUnended: 0,
    ordersCompleted: 5,
    ordersGivenBack: 0,
    ticketsAdmitted: 5,
    ticketsRefused: 0,
    violationsBefore: 0,
    violations: 0,
    judged: 100,
    unquietHouses: 0,
    copiesCompared: 8,
    copiesDifferent: 0,
    copiedDocuments: 80,
    documents: 200,
    messages: 300,
    backupMs: 2_000,
    writesPausedMs: 800,
    restoreMs: 20_000,
    purchaseMs: null,
    unavailableAnswers: 3,
    errors: { load: { 'hold RETRY_LATER': 3 }, restored: {} },
  };

  it('is none when everything is there', () => {
    expect(complaintOf(good)).toBeUndefined();
  });

  it.each([
    ['ordersMissing', /^1 acknowledged orders are missing$/],
    ['ordersSetBack', /earlier state/],
    ['ordersUnended', /no end/],
    ['ticketsRefused', /not admitted/],
    ['violationsBefore', /before the restore/],
    ['violations', /in the restored house/],
    ['copiesDifferent', /copies differ/],
    ['unquietHouses', /quiet/],
  ] as const)('names %s', (figure, words) => {
    expect(complaintOf({ ...good, [figure]: 1 })).toMatch(words);
  });

  it.each(['ticketsAdmitted', 'copiesCompared'] as const)(
    'is there when %s is 0: nothing was shown',
    (figure) => {
      expect(complaintOf({ ...good, [figure]: 0 })).toBeDefined();
    },
  );

  it('names everything that is wrong', () => {
    expect(complaintOf({ ...good, ordersMissing: 2, ticketsRefused: 7 })).toBe(
      '2 acknowledged orders are missing; 7 tickets were not admitted',
    );
  });
});
