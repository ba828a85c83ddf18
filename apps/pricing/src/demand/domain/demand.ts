import type { FactsOf, ticketsDemand } from '#contracts';

export type DemandFact = FactsOf<typeof ticketsDemand>;

/** Everything that was ever counted of a ticket type, in units (refusals: in refused attempts). */
export interface DemandCounts {
  readonly unitsHeld: number;
  readonly unitsReleased: number;
  readonly unitsExpired: number;
  readonly unitsSold: number;
  readonly unitsReturned: number;
  readonly unitsRefused: number;
  readonly refusals: number;
}

/** The demand for a ticket type, folded from the facts of `tickets`. */
export interface Demand {
  readonly ticketTypeId: string;
  readonly eventId: string;
  readonly counts: DemandCounts;
  /** When the newest fact happened, whatever the order in which they came. */
  readonly lastDemandAt: Date;
  /** The fact counted last, so that what follows from it can be traced back. */
  readonly lastFact: { readonly id: string; readonly correlationId: string };
}

/**
 * The demand with the memory that makes each fact count once. Two kinds of repeats exist, and each has its own guard:
 *
 * - Kafka delivers again from the last committed offset, any number of facts: `offsets` knows how far each partition was
 *   counted. (A ticket type's facts are all in one partition, as long as the topic keeps its number of partitions.)
 * - The relay of `tickets` publishes again what it could not know to be published: the same fact at a new offset, within
 *   seconds. `recentFactIds` knows the last {@link REMEMBERED_FACTS} facts, twice what a relay sends at once. The limit:
 *   facts of a relay that died come again after its lease of 10 s; where one ticket type has had more than that many
 *   others meanwhile, they count twice.
 *
 * Counts and memory are one value and stored in one write, so a replay gives the same counts to the unit.
 */
export interface DemandLedger extends Demand {
  /** Offset of the last fact counted, by partition. */
  readonly offsets: Readonly<Record<string, number>>;
  readonly recentFactIds: readonly string[];
}

export interface ReceivedDemand {
  readonly fact: DemandFact;
  readonly partition: number;
  readonly offset: number;
}

/** Ids of facts remembered for each ticket type: about 45 kB in its document. */
export const REMEMBERED_FACTS = 1_000;

const NOTHING: DemandCounts = {
  unitsHeld: 0,
  unitsReleased: 0,
  unitsExpired: 0,
  unitsSold: 0,
  unitsReturned: 0,
  unitsRefused: 0,
  refusals: 0,
};

/**
 * Counts facts of one ticket type, in the order of their offsets. Counts are sums, so facts that overtake one another (a
 * return before its sale) come out right.
 */
export function fold(
  ledger: DemandLedger | undefined,
  received: readonly ReceivedDemand[],
): DemandLedger | undefined {
  return received.reduce<DemandLedger | undefined>(foldOne, ledger);
}

/** Units sold and not returned. Evidence of demand: somebody paid. A hold is a wish, and a returned unit was not kept. */
export function netUnitsSold({ counts }: Demand): number {
  return Math.max(0, counts.unitsSold - counts.unitsReturned);
}

function foldOne(
  ledger: DemandLedger | undefined,
  { fact, partition, offset }: ReceivedDemand,
): DemandLedger {
  const happenedAt = new Date(fact.occurredAt);
  const known = ledger ?? openLedger(fact, happenedAt);
  if (offset <= (known.offsets[partition] ?? -1)) return known;
  const offsets = { ...known.offsets, [partition]: offset };
  if (known.recentFactIds.includes(fact.id)) return { ...known, offsets };
  return {
    ...known,
    counts: counted(known.counts, fact),
    lastDemandAt: happenedAt > known.lastDemandAt ? happenedAt : known.lastDemandAt,
    lastFact: { id: fact.id, correlationId: fact.correlationId },
    offsets,
    recentFactIds: [...known.recentFactIds, fact.id].slice(-REMEMBERED_FACTS),
  };
}

function openLedger({ id, correlationId, payload }: DemandFact, happenedAt: Date): DemandLedger {
  return {
    ticketTypeId: payload.ticketTypeId,
    eventId: payload.eventId,
    counts: NOTHING,
    lastDemandAt: happenedAt,
    lastFact: { id, correlationId },
    offsets: {},
    recentFactIds: [],
  };
}

function counted(counts: DemandCounts, fact: DemandFact): DemandCounts {
  switch (fact.type) {
    case 'HoldPlaced':
      return { ...counts, unitsHeld: counts.unitsHeld + fact.payload.quantity };
    case 'HoldReleased':
      return { ...counts, unitsReleased: counts.unitsReleased + fact.payload.quantity };
    case 'HoldExpired':
      return { ...counts, unitsExpired: counts.unitsExpired + fact.payload.quantity };
    case 'UnitsSold':
      return { ...counts, unitsSold: counts.unitsSold + fact.payload.quantity };
    case 'UnitsReturned':
      return { ...counts, unitsReturned: counts.unitsReturned + fact.payload.quantity };
    case 'DemandRefused':
      // Censored: who was refused for want of units is counted, but is no evidence, as the time without units is none.
      return {
        ...counts,
        unitsRefused: counts.unitsRefused + fact.payload.units,
        refusals: counts.refusals + fact.payload.refusals,
      };
  }
}
