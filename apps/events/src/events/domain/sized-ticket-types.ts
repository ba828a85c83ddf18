import { fail, InvalidInput, ok, type Result } from '#kernel';
import {
  seatedCapacity,
  type SeatedEvent,
  sectionsFor,
  type SellablePlan,
} from '../../seating/domain/seated-capacity.ts';
import type { TicketTypeInput } from './ticket-type.ts';

/** The seating plan that an event names; `plan` is undefined when there is none of this id. */
export interface NamedPlan {
  readonly id: string;
  readonly plan: SellablePlan | undefined;
}

export type Sized<T extends TicketTypeInput> = T & { readonly capacity: number };

/** Ticket types with what each can sell: what the organizer gives, or the seats of the sections that it names. */
export function sizedTicketTypes<T extends TicketTypeInput>(
  inputs: readonly T[],
  named: NamedPlan | undefined,
  where: SeatedEvent,
): Result<readonly Sized<T>[], InvalidInput> {
  const seated = inputs.findIndex(({ sectionIds }) => sectionIds !== undefined);
  if (!named && seated >= 0)
    return refuse(`ticketTypes.${seated}.sectionIds`, 'needs an event that was made with a `seatingPlanId`');
  const seats = named ? seatsOf(inputs, named, where) : ok([]);
  if (!seats.ok) return seats;
  const sized: Sized<T>[] = [];
  for (const [index, input] of inputs.entries()) {
    const capacity = seats.value[index] ?? input.capacity;
    if (capacity === undefined)
      return refuse(`ticketTypes.${index}.capacity`, 'is needed unless `sectionIds` are given');
    sized.push({ ...input, capacity });
  }
  return ok(sized);
}

function seatsOf(
  inputs: readonly TicketTypeInput[],
  { plan }: NamedPlan,
  where: SeatedEvent,
): Result<readonly (number | undefined)[], InvalidInput> {
  const sections = sectionsFor(plan, where);
  if (sections.ok) return seatedCapacity(sections.value, inputs);
  const { field, message } = sections.failure;
  return refuse('seatingPlanId', message.replace(`${field}: `, ''));
}

function refuse(field: string, message: string): Result<never, InvalidInput> {
  return fail(new InvalidInput(field, `${field}: ${message}`));
}
