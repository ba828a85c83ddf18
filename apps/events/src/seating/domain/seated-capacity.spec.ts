import { seatedCapacity, sectionsFor, type SellablePlan } from './seated-capacity.ts';

const plan: SellablePlan = {
  organizationId: 'org-1',
  venueId: 'venue-1',
  status: 'PUBLISHED',
  sections: new Map([
    ['stalls', { name: 'Stalls', seats: 300 }],
    ['circle', { name: 'Circle', seats: 120 }],
    ['store', { name: 'Store room', seats: 0 }],
  ]),
};
const event = { organizationId: 'org-1', venueId: 'venue-1' };

describe('the sections that an event may sell', () => {
  it('are those of its own published plan', () => {
    expect(sectionsFor(plan, event)).toEqual({ ok: true, value: plan.sections });
  });

  it.each([
    ['there is no such plan', undefined, event],
    ['the plan is of another organization', { ...plan, organizationId: 'org-2' }, event],
    ['the plan is of another venue', plan, { ...event, venueId: 'venue-2' }],
    ['the event has no venue', plan, { organizationId: 'org-1' }],
    ['the plan is a draft', { ...plan, status: 'DRAFT' as const }, event],
    ['the plan is not yet published', { ...plan, status: 'PUBLISHING' as const }, event],
  ])('are refused when %s', (_, one, other) => {
    expect(sectionsFor(one, other)).toMatchObject({ ok: false, failure: { field: 'planId' } });
  });
});

describe('the capacity of seated ticket types', () => {
  it('is the number of seats of their sections; a pool keeps its own', () => {
    const ticketTypes = [{ sectionIds: ['stalls', 'circle'] }, {}];
    expect(seatedCapacity(plan.sections, ticketTypes)).toEqual({ ok: true, value: [420, undefined] });
  });

  it.each([
    ['ticketTypes.0.sectionIds.1', [{ sectionIds: ['stalls', 'gallery'] }]],
    ['ticketTypes.0.sectionIds.1', [{ sectionIds: ['stalls', 'stalls'] }]],
    ['ticketTypes.2.sectionIds.0', [{ sectionIds: ['stalls'] }, {}, { sectionIds: ['stalls'] }]],
    ['ticketTypes.1.sectionIds', [{}, { sectionIds: [] }]],
    ['ticketTypes.0.sectionIds', [{ sectionIds: ['store'] }]],
  ])('is refused, naming %s', (field, ticketTypes) => {
    expect(seatedCapacity(plan.sections, ticketTypes)).toMatchObject({ ok: false, failure: { field } });
  });
});
