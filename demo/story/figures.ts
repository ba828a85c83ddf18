import { type Check, rule, same } from '../checks.ts';
import type { EventFigures } from '../graph/answers.ts';
import type { Watch } from '../graph/watch.ts';
import { euros } from '../money.ts';
import type { DoorRecord } from './door.ts';
import { type Ledger, type Purchase, sumOf } from './ledger.ts';
import { BALCONY_PRICE, FLOOR_PRICES, type Season } from './organizer.ts';

type Concert = Season['concert'];
/** What the figures need of the subscription. */
export type Witness = Pick<Watch, 'activities' | 'interruption'>;

/** What the buyers were told, against what the organizer reads in the graph. */
export function salesChecks(ledger: Ledger, concert: Concert, figures: EventFigures, now: Date): Check[] {
  const { sales, availability } = figures;
  const soldOf = (id: string): number | undefined =>
    sales.byTicketType.find(({ ticketType }) => ticketType.id === id)?.unitsSold;
  const stillTaken = ledger.unitsStillTaken(now);
  const isClosed = availability.status === 'CLOSED';
  const asQuoted = ledger.purchases.filter(({ quoted, charged }) => charged === quoted);
  const approved = (purchases: readonly Purchase[]): string =>
    `${purchases.filter(({ approvedAtBank }) => approvedAtBank).length} orders`;
  return [
    same('Orders completed', ledger.purchases.length, sales.ordersCompleted),
    same('Units sold', ledger.unitsSold, sales.unitsSold),
    ...[concert.balcony, concert.floor].map(({ id, name }) =>
      same(`  of them ${name}`, ledger.unitsSoldOf(id), soldOf(id)),
    ),
    same('Revenue', ledger.revenue, sales.revenue.amount, euros),
    same('Charged exactly as quoted', `${ledger.purchases.length} orders`, `${asQuoted.length} orders`),
    same('  of them approved at the bank first', approved(ledger.purchases), approved(asQuoted)),
    same('Tickets received by their buyers', ledger.unitsSold, ledger.ticketsReceived),
    same(
      isClosed ? 'Available (sales have closed)' : `Available (${stillTaken} still held)`,
      isClosed ? 0 : concert.capacity - ledger.unitsSold - stillTaken,
      availability.available,
    ),
  ];
}

/** What the subscription told, against the same. */
export function liveChecks(ledger: Ledger, watch: Witness): Check[] {
  const sales = watch.activities('UnitsSold');
  return [
    same('Live: sales', ledger.purchases.length, sales.length),
    same(
      'Live: units sold',
      ledger.unitsSold,
      sumOf(sales, ({ units }) => units),
    ),
    same(
      'Live: revenue',
      ledger.revenue,
      sumOf(sales, ({ total }) => total.amount),
      euros,
    ),
    same('Live: never interrupted', 'open', watch.interruption ?? 'open'),
  ];
}

/** The floor's price has moved, never beyond its limits, and every witness tells the same of it. */
export function priceChecks(concert: Concert, figures: EventFigures, watch: Witness): Check[] {
  const floor = figures.ticketTypes.find(({ id }) => id === concert.floor.id);
  const balcony = figures.ticketTypes.find(({ id }) => id === concert.balcony.id);
  // A first entry that only sets the base price is history, but no move.
  const moves = (floor?.priceHistory ?? []).filter(({ price, previous }) => price.amount !== previous.amount);
  const live = watch.activities('PriceMoved').filter(({ ticketType }) => ticketType.id === concert.floor.id);
  const told = new Set(live.map(({ price, previous }) => `${previous.amount}→${price.amount}`));
  const missed = moves.filter(({ price, previous }) => !told.has(`${previous.amount}→${price.amount}`));
  const prices = [...moves, ...live].map(({ price }) => price.amount);
  const range = `${euros(Math.min(...prices))} to ${euros(Math.max(...prices))}`;
  const isInside = prices.every((amount) => amount >= FLOOR_PRICES.floor && amount <= FLOOR_PRICES.ceiling);
  return [
    rule('Floor price moved', 'at least once', `${moves.length} times`, moves.length > 0),
    rule(
      'Floor price inside its limits',
      `${euros(FLOOR_PRICES.floor)} to ${euros(FLOOR_PRICES.ceiling)}`,
      prices.length > 0 ? range : 'none',
      isInside,
    ),
    same('Live: price changes', moves.length, live.length),
    rule(
      'Live: the same ones as in the history',
      'none missing',
      missed.length === 0 ? 'none missing' : `${missed.length} missing`,
      missed.length === 0,
    ),
    same(
      'Floor price now is the newest of them',
      moves[0]?.price.amount ?? FLOOR_PRICES.base,
      floor?.price?.current.amount,
      euros,
    ),
    same('Balcony price never moved', BALCONY_PRICE, balcony?.price?.current.amount, euros),
  ];
}

/** The door's own count, against attendance and the subscription. */
export function attendanceChecks(
  door: DoorRecord,
  ticketsSold: number,
  { attendance }: EventFigures,
  watch: Witness,
): Check[] {
  const scans = watch.activities('TicketScanned');
  return [
    same('Attendance: admitted', door.admitted, attendance.admitted),
    same('Attendance: inside', door.admitted, attendance.inside),
    same('Attendance: refused', door.refused, attendance.refused),
    same('Attendance: expected', ticketsSold, attendance.expected),
    same('Live: admissions', door.admitted, scans.filter(({ decision }) => decision === 'ADMITTED').length),
    same('Live: refusals', door.refused, scans.filter(({ decision }) => decision === 'REFUSED').length),
  ];
}
