import { moneyToGraph } from '#graphql';
import type { QuotedLine } from '../domain/cart.ts';
import type { Hold } from '../domain/hold.ts';

export function lineToGraph({ ticketTypeId, quantity, unitPrice, seats = [] }: QuotedLine): object {
  return {
    ticketType: { __typename: 'TicketType', id: ticketTypeId },
    quantity,
    unitPrice: moneyToGraph(unitPrice),
    seats,
  };
}

export function holdToGraph({ id, eventId, status, lines, total, expiresAt, extended }: Hold): object {
  return {
    __typename: 'Hold',
    id,
    event: { __typename: 'Event', id: eventId },
    status,
    lines: lines.map(lineToGraph),
    total: moneyToGraph(total),
    expiresAt,
    canBeExtended: status === 'HELD' && !extended,
  };
}
