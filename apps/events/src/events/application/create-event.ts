import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  fail,
  IDS,
  type IdSource,
  InvalidInput,
  NotFound,
  type NotPermitted,
  type NotSignedIn,
  ok,
  parseInput,
  type Result,
} from '#kernel';
import { requireTask, type Viewer } from '#security';
import { SellableSections } from '../../seating/application/sellable-sections.ts';
import { VenuesRepository } from '../../venues/infrastructure/venues.repository.ts';
import { draftEvent, type Event } from '../domain/event.ts';
import { createEventInput } from '../domain/event-input.ts';
import { AddDraft } from './add-draft.ts';
import { namedPlan } from './named-plan.ts';

type CreateEventFailure = InvalidInput | NotSignedIn | NotPermitted | NotFound;

/** Makes a draft. */
@Injectable()
export class CreateEvent {
  constructor(
    private readonly addDraft: AddDraft,
    private readonly venues: VenuesRepository,
    private readonly sellable: SellableSections,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(viewer: Viewer | undefined, input: unknown): Promise<Result<Event, CreateEventFailure>> {
    const parsed = parseInput(createEventInput, input);
    if (!parsed.ok) return parsed;
    const { organizationId, venueId, seatingPlanId, ...details } = parsed.value;
    const permitted = requireTask(viewer, 'MANAGE_EVENTS', organizationId);
    if (!permitted.ok) return permitted;
    if (venueId === undefined && details.mode !== 'ONLINE') {
      return fail(new InvalidInput('venueId', 'venueId: is needed unless the event is online'));
    }
    const venue = venueId === undefined ? undefined : await this.venues.find(venueId);
    if (venueId !== undefined && !venue) return fail(new NotFound('venue', venueId));
    const named = await namedPlan(seatingPlanId, this.sellable);
    const identity = { organizationId, at: this.clock.now(), ticketTypeId: () => this.ids.uuid() };
    const draft = draftEvent({ ...identity, id: this.ids.eventId() }, details, { venue, named });
    return draft.ok ? ok(await this.addDraft.execute(draft.value)) : draft;
  }
}
