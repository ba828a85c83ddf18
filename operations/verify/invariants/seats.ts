import type { Invariant } from '../invariant.ts';

export const seats: Invariant = {
  name: 'seats',
  says: 'a seat has at most one claim and one valid ticket',
  look: async (house, findings) => {
    const tickets = house.database('tickets').collection('tickets');
    const twice = tickets.aggregate<{ _id: { eventId: string; seatId: string }; tickets: string[] }>(
      [
        { $match: { seatId: { $exists: true }, status: 'VALID' } },
        { $group: { _id: { eventId: '$eventId', seatId: '$seatId' }, tickets: { $push: '$_id' } } },
        { $match: { 'tickets.1': { $exists: true } } },
      ],
      { allowDiskUse: true },
    );
    for await (const { _id, tickets: ids } of twice)
      findings.violated(
        `${_id.eventId}:${_id.seatId}`,
        `seat ${_id.seatId} of event ${_id.eventId} has ${ids.length} valid tickets: ${ids.join(', ')}`,
      );
    const seated = await tickets.countDocuments({ seatId: { $exists: true } });
    if (seated === 0) findings.skipped('no seats are sold', 0);
    findings.judged(seated);
  },
};
