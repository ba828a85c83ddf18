import { badCursorsTaken } from '#testing';
import { CREATE_VENUE, EventDesk, hall, VENUES } from '../../test/event-desk.ts';
import { UPDATE_VENUE } from '../../test/seating-desk.ts';

let desk: EventDesk;

beforeAll(async () => {
  desk = await EventDesk.open();
});

afterAll(() => desk.close());

describe('a venue', () => {
  it('is made by a desk.manager and found by name', async () => {
    const venue = await desk.manager.expect('Venue', CREATE_VENUE, {
      input: { ...hall, name: 'Théâtre des Célestins' },
    });
    expect(venue).toMatchObject({
      city: 'Lyon',
      latitude: 45.75,
      longitude: 4.85,
      capacity: 500,
      source: null,
    });
    const { venues } = await desk.anyone.data(VENUES, { search: 'celestins theatre' });
    expect(venues.nodes).toEqual([{ id: venue.id, name: 'Théâtre des Célestins' }]);
  });

  it.each([
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(201) }],
    ['city', { city: '' }],
    ['country', { country: 'FX' }],
    ['capacity', { capacity: 0 }],
    ['capacity', { capacity: 200_001 }],
    ['latitude', { latitude: 91 }],
    ['longitude', { longitude: null }],
    ['timeZone', { timeZone: 'Europe/Lyon' }],
    ['timeZone', { timeZone: '+01:00' }],
  ])('names the field %s when it is outside its limits: %j', async (field, change) => {
    const failure = await desk.manager.expect('InvalidInput', CREATE_VENUE, {
      input: { ...hall, ...change },
    });
    expect(failure.field).toBe(field);
  });

  it('is not made by others', async () => {
    await desk.anyone.expect('NotSignedIn', CREATE_VENUE, { input: hall });
    await (await desk.as('SCANNER')).expect('NotPermitted', CREATE_VENUE, { input: hall });
    await (await desk.as('OWNER', 'org-2')).expect('NotPermitted', CREATE_VENUE, { input: hall });
  });

  it('lists by name without skipping or repeating', async () => {
    for (const name of ['Hall B', 'Hall A', 'Hall A', 'Hall C']) {
      await desk.manager.expect('Venue', CREATE_VENUE, { input: { ...hall, name } });
    }
    const all = await desk.service.db.collection('venues').find().sort({ name: 1, _id: 1 }).toArray();
    expect(await desk.walk(VENUES, 'venues', { first: 2 })).toEqual(all.map(({ _id }) => String(_id)));
    for (const search of [undefined, 'hall'])
      expect(await badCursorsTaken(desk.anyone, VENUES, { search })).toEqual([]);
  });
});

describe('a venue that was made', () => {
  const change = async (input: Record<string, unknown>, name = 'Old Corn Exchange') => {
    const { id } = await desk.manager.expect('Venue', CREATE_VENUE, { input: { ...hall, name } });
    return { id, input };
  };

  it('is corrected by its organization; what is left out stays', async () => {
    const variables = await change({ name: 'Corn Exchange', address: '1 Market Square', capacity: 450 });
    expect(await desk.manager.expect('Venue', UPDATE_VENUE, variables)).toEqual({
      __typename: 'Venue',
      id: variables.id,
      name: 'Corn Exchange',
      address: '1 Market Square',
      city: 'Lyon',
      latitude: 45.75,
      longitude: 4.85,
      capacity: 450,
    });
    const { venues } = await desk.anyone.data(VENUES, { search: 'corn exchange' });
    expect(venues.nodes).toEqual([{ id: variables.id, name: 'Corn Exchange' }]);
  });

  it('is not changed by others, nor into what no venue can be', async () => {
    const variables = await change({ capacity: 450 });
    await desk.anyone.expect('NotSignedIn', UPDATE_VENUE, variables);
    await (await desk.as('OWNER', 'org-2')).expect('NotPermitted', UPDATE_VENUE, variables);
    await desk.manager.expect('NotFound', UPDATE_VENUE, { ...variables, id: 'nowhere' });
    for (const [field, input] of [
      ['capacity', { capacity: 0 }],
      ['name', { name: ' ' }],
      ['longitude', { latitude: 45 }],
    ])
      expect(
        await desk.manager.expect('InvalidInput', UPDATE_VENUE, { id: variables.id, input }),
      ).toMatchObject({ field });
  });
});
