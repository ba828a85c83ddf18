import { topics } from '#contracts';
import { itFinds, lookFor, useSoundHouse } from '../test/looks.ts';
import { allPlants } from '../test/plants/all.ts';
import { factsPlants } from '../test/plants/facts.ts';
import { groundOf, set } from '../test/plants/ground.ts';
import { EVENT, ORDER, TICKETS, TYPE } from '../test/purchase/ids.ts';
import { INVARIANTS } from './invariants/index.ts';
import { NOT_JUDGED, PUBLISHED_AGGREGATES } from './published-aggregates.ts';
import { asJson, asText } from './report.ts';
import { isClean, verify } from './verify.ts';

/** Real: the three engines and every check. The house is furnished by hand. */
const sound = useSoundHouse();

const ground = groundOf(sound);
const { orders, tickets } = ground;

describe('npm run verify', () => {
  it('finds a sound house sound, and looks at something for each invariant', async () => {
    const verification = await lookFor(sound());
    expect(asText(verification)).toContain('All is well.');
    expect(verification.unrest).toBeUndefined();
    for (const { name, judged, violations } of verification.verdicts) {
      expect([name, [...violations.values()]]).toEqual([name, []]);
      if (name !== 'refunds') expect([name, judged]).not.toEqual([name, 0]);
    }
    expect(JSON.parse(asJson(verification))).toMatchObject({ clean: true, quiet: true });
  });

  it('has a planted violation for every invariant', () => {
    expect(new Set(allPlants(ground).map(([, invariant]) => invariant))).toEqual(
      new Set(INVARIANTS.map(({ name }) => name)),
    );
  });

  itFinds(sound, factsPlants(ground));

  it('takes a fact that waits in its outbox for told', async () => {
    const outbox = [{ topic: 'tickets.tickets.v1', aggregateId: TICKETS[0], aggregateVersion: 2 }];
    await tickets().updateOne({ _id: TICKETS[0] }, set({ version: 2, outbox }));
    const found = await lookFor(sound(), 'facts');
    expect(asText(found)).toContain('All is well.');
  });

  it('does not count what is free of an event that sells nothing more', async () => {
    await ground.redis().hset(ground.key('sale'), `free:${TYPE}`, 6);
    await ground.inventory().updateOne({ _id: EVENT }, set({ open: false }));
    const [stock, seats] = [await lookFor(sound(), 'stock'), await lookFor(sound(), 'seats')];
    for (const found of [stock, seats]) expect(asText(found)).toContain('events that are closed');
    expect([isClean(stock), isClean(seats)]).toEqual([true, true]);
  });

  it('takes a house for quiet in which a payment waits for its buyer, not for its provider', async () => {
    const waits = (waitsFor: string) => set({ operation: { kind: 'AUTHORIZE', waitsFor } });
    await ground.payments().updateOne({ _id: ORDER }, waits('BUYER'));
    const forBuyer = await lookFor(sound(), 'stock');
    await ground.payments().updateOne({ _id: ORDER }, waits('PROVIDER'));
    const forProvider = await lookFor(sound(), 'stock');
    expect([forBuyer.unrest, forProvider.unrest]).toEqual([undefined, '1 payments on their way']);
  });

  it("takes an event for told whose last change was nobody else's business", async () => {
    await sound()
      .collection('events', 'events')
      .updateOne({ _id: EVENT }, set({ version: 2 }));
    const found = await lookFor(sound(), 'facts');
    expect(asText(found)).toContain('All is well.');
  });

  it('does not judge what is on its way, and says so', async () => {
    await orders().updateOne({ _id: ORDER }, set({ state: 'ISSUING' }));
    await tickets().deleteMany({});
    const found = await lookFor(sound(), 'money');
    expect(found.unrest).toBe('1 orders on their way');
    expect(isClean(found)).toBe(true);
    expect(asText(found)).toContain('not judged: 1 orders on their way');
  });

  it('does not take for a violation what is gone at the second look', async () => {
    await tickets().updateOne({ _id: TICKETS[1] }, set({ status: 'VOID' }));
    const looking = verify(
      sound().house,
      INVARIANTS.filter(({ name }) => name === 'money'),
      { waitMs: 0, secondLookAfterMs: 1_000 },
    );
    setTimeout(() => void tickets().updateOne({ _id: TICKETS[1] }, set({ status: 'VALID' })), 500);
    expect(isClean(await looking)).toBe(true);
  });

  it('knows every state topic, or says why it is not judged', () => {
    const known = [...Object.keys(PUBLISHED_AGGREGATES), ...Object.keys(NOT_JUDGED)];
    const states = topics.filter(({ kind }) => kind === 'state').map(({ name }) => name);
    expect([...known].sort()).toEqual([...states].sort());
  });
});
