import { CATALOGUE_ORGANIZATION_ID } from '#contracts';
import { unwrap } from '#kernel';
import {
  generateLayout,
  layoutOrder,
  SHAPE_SEATS,
  type Shape,
} from '../../seating/domain/generator/generate-layout.ts';
import {
  beginPublication,
  completePublication,
  draftPlan,
  type LaidOutPlan,
} from '../../seating/domain/seating-plan.ts';
import type { Venue } from '../../venues/domain/venue.ts';
import { planIdOf } from './derived-ids.ts';

/** Most events of an import that are sold by seats, whatever the file. */
export const MAX_SEATED_EVENTS = 20;

interface SeatedKind {
  readonly kinds: readonly string[];
  readonly capacity: { readonly least: number; readonly most: number };
  readonly shape: Shape;
  /** Of the events in such houses, the share that is seated: for the catalogue as it stands, sixteen in all. */
  readonly likelihood: number;
}

/** Houses whose kind says how they are seated. A cinema's capacity is that of all its screens: most are left alone. */
const SEATED_KINDS: readonly SeatedKind[] = [
  {
    kinds: ['theatre', 'performance-space'],
    capacity: { least: 100, most: SHAPE_SEATS.THEATRE.most },
    shape: 'THEATRE',
    likelihood: 0.6,
  },
  {
    kinds: ['cinema'],
    capacity: { least: 300, most: SHAPE_SEATS.THEATRE.most },
    shape: 'THEATRE',
    likelihood: 0.1,
  },
  {
    kinds: ['arena-stadium', 'ballpark'],
    capacity: { least: SHAPE_SEATS.ARENA.fewest, most: 20_000 },
    shape: 'ARENA',
    likelihood: 0.004,
  },
  {
    kinds: ['arena-stadium', 'ballpark'],
    capacity: { least: 20_001, most: SHAPE_SEATS.STADIUM.most },
    shape: 'STADIUM',
    likelihood: 0.004,
  },
];

/** The houses whose seats the import sells, each with the one plan that it generates for it. */
export class SeatedHouses {
  private readonly plans = new Map<string, LaidOutPlan>();
  private readonly events = new Set<string>();
  private unstored: LaidOutPlan[] = [];

  constructor(private readonly now: Date) {}

  /** The plan of the venue if the event is one of the few that are seated, as its draw says; the same on any day. */
  planFor(eventId: string, venue: Venue, draw: number): LaidOutPlan | undefined {
    const kind = SEATED_KINDS.find(
      ({ kinds, capacity }) =>
        kinds.includes(venue.kind ?? '') &&
        venue.capacity >= capacity.least &&
        venue.capacity <= capacity.most,
    );
    if (!kind || draw >= kind.likelihood) return undefined;
    if (!this.events.has(eventId) && this.events.size >= MAX_SEATED_EVENTS) return undefined;
    this.events.add(eventId);
    const known = this.plans.get(venue.id);
    if (known) return known;
    const plan = publishedPlan(venue, kind.shape, this.now);
    this.plans.set(venue.id, plan);
    this.unstored.push(plan);
    return plan;
  }

  /** The plans that were made since it was last asked: to be stored before the events that sell them. */
  takeUnstored(): LaidOutPlan[] {
    const plans = this.unstored;
    this.unstored = [];
    return plans;
  }
}

function publishedPlan(venue: Venue, shape: Shape, now: Date): LaidOutPlan {
  const layout = generateLayout(layoutOrder.parse({ shape, seats: venue.capacity }));
  const identity = { id: planIdOf(venue.id), organizationId: CATALOGUE_ORGANIZATION_ID, at: now };
  // The generator keeps the rules for layouts, so a failure would be a bug of it.
  const draft = unwrap(draftPlan(identity, venue, 'Generated plan', layout));
  return completePublication(beginPublication(draft), now);
}
