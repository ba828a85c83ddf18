import type { AcknowledgedOrder } from '../../sale/fate.ts';
import type { AccountedOrder } from '../../sale/documents.ts';
import type { BackupFigures } from './figures.ts';

/** How an order stands in the restored house to what was acknowledged of it before the backup. */
export type Standing = 'KEPT' | 'SET_BACK' | 'MISSING';

/** `found` is the first that the restored house says of it; what it does with the order later mends nothing. */
export function standingOf(
  { isPaid, ticketId }: Pick<AcknowledgedOrder, 'isPaid' | 'ticketId'>,
  found: AccountedOrder | null,
): Standing {
  if (!found) return 'MISSING';
  const hasTicket = found.state === 'COMPLETED' && found.tickets.some(({ id }) => id === ticketId);
  if (ticketId !== undefined) return hasTicket ? 'KEPT' : 'SET_BACK';
  const hasPayment = found.payment !== null && found.payment.state !== 'PENDING';
  return !isPaid || hasPayment ? 'KEPT' : 'SET_BACK';
}

export interface OrderCounts {
  readonly ordersAcknowledged: number;
  /** Of these: placed or paid, but not seen completed. */
  readonly ordersInFlight: number;
  readonly ordersMissing: number;
  readonly ordersSetBack: number;
}

/** An order that the restored house did not speak of at all is missing. */
export function countOrders(
  noted: readonly AcknowledgedOrder[],
  found: ReadonlyMap<AcknowledgedOrder, AccountedOrder | null>,
): OrderCounts {
  const standings = noted.map((order) => standingOf(order, found.get(order) ?? null));
  const count = (wanted: Standing): number => standings.filter((standing) => standing === wanted).length;
  return {
    ordersAcknowledged: noted.length,
    ordersInFlight: noted.filter(({ ticketId }) => ticketId === undefined).length,
    ordersMissing: count('MISSING'),
    ordersSetBack: count('SET_BACK'),
  };
}

/** A ticket that shows no code, or that the door says nothing of, was not admitted either. */
export function countAdmissions(
  ticketIds: readonly string[],
  admitted: ReadonlySet<string>,
): { readonly ticketsAdmitted: number; readonly ticketsRefused: number } {
  const ticketsAdmitted = ticketIds.filter((id) => admitted.has(id)).length;
  return { ticketsAdmitted, ticketsRefused: ticketIds.length - ticketsAdmitted };
}

/** What a backup must not do, and what would make the drill say nothing. */
export function complaintOf(figures: BackupFigures): string | undefined {
  const wrong = [
    [figures.ordersMissing, 'acknowledged orders are missing'],
    [figures.ordersSetBack, 'acknowledged orders are in an earlier state'],
    [figures.ordersUnended, 'orders in flight came to no end'],
    [figures.ticketsRefused, 'tickets were not admitted'],
    [figures.violationsBefore, 'violations before the restore'],
    [figures.violations, 'violations in the restored house'],
    [figures.copiesDifferent, 'copies differ from what the topics make'],
    [figures.unquietHouses, 'houses did not become quiet'],
    [figures.ticketsAdmitted === 0 ? 1 : 0, 'load that bought nothing before the backup'],
    [figures.copiesCompared === 0 ? 1 : 0, 'comparison without any copy'],
  ] as const;
  const said = wrong.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return said.length === 0 ? undefined : said.join('; ');
}
