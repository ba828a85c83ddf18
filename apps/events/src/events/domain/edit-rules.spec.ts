import fc from 'fast-check';
import { parseInput, unwrap } from '#kernel';
import {
  drafted,
  later,
  now,
  onSale,
  sentBack,
  ticketType,
  ticketTypeId,
  venue,
} from '../../../test/sample-events.ts';
import type { FieldLocked } from './edit-rules.ts';
import type { Event } from './event.ts';
import { updateEventInput } from './event-input.ts';
import { revise } from './revise-event.ts';
import { BEGUN_BEFORE_MS, salesHaveBegun } from './sale-windows.ts';

function change(event: Event, input: Record<string, unknown>, at = now, newVenue?: typeof venue) {
  const { venueId: _, ...changes } = unwrap(parseInput(updateEventInput, input));
  return revise(event, { changes, newVenue, now: at, ticketTypeId });
}

const open = { maxPerAccount: 10, ticketTypes: [ticketType({ maxPerOrder: 5, maxPerAccount: 8 })] };
const selling = onSale(open);
const [type] = selling.ticketTypes.map(sentBack);
const withType = (over: Record<string, unknown>) => ({ ticketTypes: [{ ...type, ...over }] });

const elsewhere = { ...venue, id: 'venue-2' };

const permitted: [string, Record<string, unknown>][] = [
  ['name', { name: 'Other' }],
  ['description', { description: 'More to say' }],
  ['keywords', { keywords: ['bach'] }],
  ['category', { category: 'MUSIC' }],
  ['doorsOpenAt', { doorsOpenAt: later(99) }],
  ['salesEndAt', { salesEndAt: later(50) }],
  ['url', { url: 'https://example.org/evening' }],
  ['a higher limit per account', { maxPerAccount: 11 }],
  ['the same start', { startsAt: selling.startsAt, maxPerAccount: 10 }],
  ['a higher limit per order', withType({ maxPerOrder: 6 })],
  ['a lifted limit of a ticket type', withType({ maxPerAccount: null })],
  ['another price', withType({ basePrice: { amount: 2_000, currency: 'EUR' } })],
  [
    'prices that demand moves',
    withType({
      pricing: { floor: { amount: 500, currency: 'EUR' }, ceiling: { amount: 3_000, currency: 'EUR' } },
    }),
  ],
  ['a wish for another capacity', withType({ capacity: 50 })],
  ['the end of a ticket type', withType({ salesEndAt: later(20) })],
  ['another ticket type', { ticketTypes: [type, ticketType({ name: 'Late' })] }],
];

const locked: [string, Record<string, unknown>][] = [
  ['startsAt', { startsAt: later(101) }],
  ['endsAt', { endsAt: later(105) }],
  ['salesStartAt', { salesStartAt: later(1) }],
  ['maxPerAccount', { maxPerAccount: 9 }],
  ['ticketTypes', { ticketTypes: [ticketType({ name: 'Another' })] }],
  ['ticketTypes.0.name', withType({ name: 'VIP' })],
  ['ticketTypes.0.basePrice.currency', withType({ basePrice: { amount: 1_000, currency: 'USD' } })],
  ['ticketTypes.0.maxPerOrder', withType({ maxPerOrder: 4 })],
  ['ticketTypes.0.maxPerAccount', withType({ maxPerAccount: 7 })],
  ['ticketTypes.0.salesStartAt', withType({ salesStartAt: later(2) })],
];

describe('once sales have begun', () => {
  it.each(permitted)('may change: %s', (_, input) => {
    expect(unwrap(change(selling, input))).toMatchObject({
      status: 'PUBLISHED',
      version: selling.version + 1,
    });
  });

  it.each(locked)('may not change: %s', (field, input) => {
    const refused = change(selling, input);
    expect(refused.ok || refused.failure).toMatchObject({ code: 'FIELD_LOCKED', field });
    expect(refused.ok || refused.failure.message).toMatch(/^\S+: .*once (its sale has|sales have) begun/);
  });

  it('sends a change of the place to `moveEvent`', () => {
    const refused = change(selling, {}, now, elsewhere);
    expect((refused as { failure: FieldLocked }).failure).toMatchObject({
      field: 'venueId',
      message: expect.stringContaining('moveEvent'),
    });
  });

  it('holds back a ticket type that sells later than the others until its own sale begins', () => {
    const event = onSale({
      ticketTypes: [ticketType(), ticketType({ name: 'Late', salesStartAt: later(10) })],
    });
    const ticketTypes = event.ticketTypes.map((one) => ({
      ...sentBack(one),
      salesStartAt: one.salesStartAt,
    }));
    ticketTypes[1]!.salesStartAt = later(20);
    expect(change(event, { ticketTypes }, later(9)).ok).toBe(true);
    const late = change(event, { ticketTypes }, later(10));
    expect(late.ok || late.failure).toMatchObject({ field: 'ticketTypes.1.salesStartAt' });
  });
});

describe('before sales begin', () => {
  const announced = onSale({ ...open, salesStartAt: later(10) });
  const [announcedType] = announced.ticketTypes.map(sentBack);

  it.each([...permitted, ...locked])('everything may change, also of a published event: %s', (_, input) => {
    const list = input['ticketTypes'] as Record<string, unknown>[] | undefined;
    const ticketTypes = list?.map((one) =>
      one['id'] === type?.id ? { ...one, id: announcedType?.id } : one,
    );
    const salesStartAt = ticketTypes ? { salesStartAt: later(1) } : {};
    const changed = change(announced, { ...salesStartAt, ...input, ...(ticketTypes ? { ticketTypes } : {}) });
    expect(unwrap(changed)).toMatchObject({ version: announced.version + 1 });
  });

  it('ends a minute before the first window in which anything can be bought', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: -120_000, max: 120_000 }),
        (start, delays, offMs) => {
          const ticketTypes = delays.map((hours, i) =>
            ticketType({ name: `T${i}`, salesStartAt: later(start + hours), capacity: 10 }),
          );
          const event = onSale({ salesStartAt: later(start), ticketTypes });
          const first = later(start + Math.min(...delays)).getTime() - BEGUN_BEFORE_MS;
          expect(salesHaveBegun(event, new Date(first + offMs))).toBe(offMs >= 0);
        },
      ),
    );
  });

  it('keeps what publishing asked for', () => {
    const refused = change(announced, { ticketTypes: [] });
    expect(refused.ok || refused.failure).toMatchObject({ code: 'INVALID_INPUT', field: 'ticketTypes' });
  });
});

describe('a changed list of ticket types', () => {
  it('keeps those whose id it gives, in any order, and gives new ids to the others', () => {
    const event = drafted({ ticketTypes: [ticketType({ name: 'A' }), ticketType({ name: 'B' })] });
    const [a, b] = event.ticketTypes;
    const changed = unwrap(
      change(event, { ticketTypes: [sentBack(b!), ticketType({ name: 'C' }), sentBack(a!)] }),
    );
    expect(changed.ticketTypes.map(({ name }) => name)).toEqual(['B', 'C', 'A']);
    expect([changed.ticketTypes[0]?.id, changed.ticketTypes[2]?.id]).toEqual([b!.id, a!.id]);
    expect([a!.id, b!.id]).not.toContain(changed.ticketTypes[1]?.id);
  });

  it.each([
    ['unknown', [ticketType({ id: 'made-up' })], 'ticketTypes.0.id'],
    ['given twice', [type, type], 'ticketTypes.1.id'],
  ])('refuses an id that is %s', (_, ticketTypes, field) => {
    const refused = change(selling, { ticketTypes });
    expect(refused.ok || refused.failure).toMatchObject({ code: 'INVALID_INPUT', field });
  });
});
