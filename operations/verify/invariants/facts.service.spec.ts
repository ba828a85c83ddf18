import { useSoundHouse } from '../../test/looks.ts';
import { asText } from '../report.ts';
import { verify } from '../verify.ts';
import { facts } from './facts.ts';

/** Real: the three engines. Accounts are told in part only; what is told of everything else: ../verify.service.spec.ts. */
const sound = useSoundHouse();

/** `told` is the version that the newest fact speaks of. */
async function look(collection: string, { version, told }: { version: number; told?: number }) {
  const outbox = [{ topic: `auth.${collection}.v1`, aggregateId: 'one', aggregateVersion: told }];
  const document = { _id: 'one', version, ...(told === undefined ? {} : { outbox }) };
  await sound().collection('auth', collection).insertOne(document);
  return asText(await verify(sound().house, [facts], { waitMs: 0, secondLookAfterMs: 50 }));
}

describe.each(['users', 'organizations'])('the facts of auth.%s', (collection) => {
  it('may be older than the document: some changes are told to nobody', async () => {
    expect(await look(collection, { version: 3, told: 1 })).toContain('All is well.');
  });

  it('may not be newer than the document', async () => {
    expect(await look(collection, { version: 1, told: 2 })).toContain(
      `auth.${collection} one has version 1, and the newest fact has 2`,
    );
  });

  it('may not be missing', async () => {
    expect(await look(collection, { version: 2 })).toContain(
      `auth.${collection} one has version 2, and no fact of it is on Kafka`,
    );
  });
});

it('must be of the newest version where all changes are told', async () => {
  expect(await look('devices', { version: 3, told: 1 })).toContain('and the newest fact has 1');
});
