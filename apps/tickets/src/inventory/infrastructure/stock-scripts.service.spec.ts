import fc from 'fast-check';
import { Redis } from 'ioredis';
import { testSettings } from '#testing';
import {
  registerStockScripts,
  runStockScript,
  type ScriptAnswer,
  type StockScript,
} from './stock-scripts.ts';

/** Real: the scripts and Redis. MongoDB is a model: what it says of orders and sold units when the stock is built. */
const settings = testSettings();
const redis = new Redis(settings.REDIS_URL, { keyPrefix: settings.REDIS_KEY_PREFIX });
const GENERATION = 'this run';
const HOUR_MS = 3_600_000;
const SEARCH_MS = 6_000;

/** Units of a pool, of which an account may have 3, and 4 seats. */
const [POOL, SEATS] = ['pool', 'seats'] as const;
const CAPACITY = { [POOL]: 6, [SEATS]: 4 };
const MAX_PER_ACCOUNT = 5;
const MAX_OF_POOL = 3;
const VISITOR = 'visitor:address:one';
const ACCOUNTS = ['ada', 'bob', VISITOR];

interface Line {
  readonly ticketTypeId: string;
  readonly quantity: number;
  readonly seats?: readonly { readonly at: number }[];
}

/**
 * HELD and RESERVED live in Redis only; ORDERED and SOLD are in MongoDB. RESERVED: its order is not written yet, and
 * stock that is built meanwhile knows nothing of it (`isLost`).
 */
interface Taken {
  readonly id: string;
  account: string;
  readonly channel: string;
  readonly lines: readonly Line[];
  state: 'HELD' | 'RESERVED' | 'ORDERED' | 'SOLD' | 'ENDED';
  isLost?: boolean;
  reserved?: { readonly load: string; readonly record: string };
}

const unitsOf = ({ lines }: Taken, type?: string): number =>
  lines.reduce((sum, line) => sum + (type && line.ticketTypeId !== type ? 0 : line.quantity), 0);
const placesOf = ({ lines }: Pick<Taken, 'lines'>): number[] =>
  lines.flatMap(({ seats = [] }) => seats.map(({ at }) => at));

beforeAll(() => registerStockScripts(redis));

afterAll(async () => {
  const keys = await redis.keys(`${settings.REDIS_KEY_PREFIX}*`);
  if (keys.length > 0) await redis.del(...keys.map((key) => key.slice(settings.REDIS_KEY_PREFIX.length)));
  redis.disconnect();
});

let events = 0;

class World {
  readonly eventId = `EVENT${++events}`;
  readonly all: Taken[] = [];
  private loads = 0;
  private holds = 0;

  run(script: StockScript, ...scriptArguments: (string | number)[]): Promise<ScriptAnswer> {
    return runStockScript(redis, script, this.eventId, GENERATION, scriptArguments);
  }

  /** As often as a client may send it. */
  async twice(script: StockScript, ...scriptArguments: (string | number)[]): Promise<ScriptAnswer> {
    const first = await this.run(script, ...scriptArguments);
    await this.run(script, ...scriptArguments);
    return first;
  }

  key(part: string): string {
    return `{event:${this.eventId}}:${part}`;
  }

  inState(...states: Taken['state'][]): Taken[] {
    return this.all.filter(({ state }) => states.includes(state));
  }

  /** What takes units in Redis now. */
  get taking(): Taken[] {
    return this.inState('HELD', 'RESERVED', 'ORDERED', 'SOLD').filter(({ isLost }) => !isLost);
  }

  free(type: keyof typeof CAPACITY): number {
    return CAPACITY[type] - this.taking.reduce((sum, one) => sum + unitsOf(one, type), 0);
  }

  letters(): string {
    const letters = Array.from({ length: CAPACITY[SEATS] }, () => 'F');
    for (const one of this.taking)
      for (const at of placesOf(one)) letters[at] = one.state === 'SOLD' ? 'T' : 'H';
    return letters.join('');
  }

  counts(among = this.taking): Record<string, number> {
    const counts: Record<string, number> = {};
    const add = (field: string, units: number) => units > 0 && (counts[field] = (counts[field] ?? 0) + units);
    for (const one of among.filter(({ channel }) => channel === '')) {
      add(one.account, unitsOf(one));
      add(`${one.account}/${POOL}`, unitsOf(one, POOL));
      add('address:address', one.account === VISITOR ? 1 : 0);
    }
    return counts;
  }

  fits(account: string, units: number, ofPool: number): boolean {
    const counts = this.counts();
    const [owned, ownedOfPool] = [counts[account] ?? 0, counts[`${account}/${POOL}`] ?? 0];
    return owned + units <= MAX_PER_ACCOUNT && (ofPool === 0 || ownedOfPool + ofPool <= MAX_OF_POOL);
  }

  /** Of a stock that is not in use: all that Redis has is lost, or only held to be out of date. */
  async build(isLost: boolean): Promise<void> {
    if (isLost) {
      await redis.del(
        ...['sale', 'holds', 'deadlines', 'accounts', 'seats', 'epoch'].map((part) => this.key(part)),
      );
      for (const held of this.inState('HELD')) held.state = 'ENDED';
    } else await redis.hdel(this.key('sale'), 'generation');
    for (const one of this.inState('RESERVED')) one.isLost = true;
    const ordered = new Set(this.inState('ORDERED', 'SOLD').flatMap(placesOf));
    for (const held of this.inState('HELD'))
      if (placesOf(held).some((at) => ordered.has(at))) held.state = 'ENDED';
    const sold = this.inState('SOLD');
    const unsold = (type: keyof typeof CAPACITY): number =>
      CAPACITY[type] - sold.reduce((sum, one) => sum + unitsOf(one, type), 0);
    const fields: Record<string, string | number> = {
      open: '1',
      salesStart: 0,
      salesEnd: Date.now() + HOUR_MS,
      maxPerAccount: MAX_PER_ACCOUNT,
      currency: 'EUR',
      types: JSON.stringify([POOL, SEATS]),
      seating: 'plan',
      load: `load ${++this.loads}`,
      [`maxPerAccount:${POOL}`]: MAX_OF_POOL,
    };
    for (const type of [POOL, SEATS])
      Object.assign(fields, { [`price:${type}`]: 10, [`maxPerOrder:${type}`]: 9 });
    const letters = Array.from({ length: CAPACITY[SEATS] }, (_, at) =>
      sold.some((one) => placesOf(one).includes(at)) ? 'T' : 'F',
    );
    const orders = this.inState('ORDERED').map((one): [string, object] => [one.id, recordOf(one)]);
    const answer = await this.run(
      'load',
      (await redis.get(this.key('epoch'))) ?? '0',
      JSON.stringify(fields),
      JSON.stringify({ [POOL]: unsold(POOL), [SEATS]: unsold(SEATS) }),
      JSON.stringify(Object.fromEntries(orders)),
      JSON.stringify(this.counts(sold)),
      letters.join(''),
    );
    expect(answer).toEqual(['OK']);
  }

  async hold(account: string, channel: string, units: number, places: readonly number[]): Promise<void> {
    const seats = places.map((at) => ({ at, seatId: `${at}`, section: 's', row: 'r', number: at }));
    const lines: Line[] = [
      ...(units > 0 ? [{ ticketTypeId: POOL, quantity: units }] : []),
      ...(seats.length > 0 ? [{ ticketTypeId: SEATS, quantity: seats.length, seats }] : []),
    ];
    if (lines.length === 0) return;
    const one: Taken = { id: `hold ${++this.holds}`, account, channel, lines, state: 'HELD' };
    const letters = this.letters();
    const isFree = units <= this.free(POOL) && places.every((at) => letters[at] === 'F');
    const mayVisit = account !== VISITOR || (this.counts()[VISITOR] ?? 0) === 0;
    const isAllowed = channel !== '' || this.fits(account, unitsOf(one), units);
    const wanted = [one.id, account, HOUR_MS, JSON.stringify(lines), '', '', 'why', channel, 'plan'];
    const [outcome] = await this.twice('hold', ...wanted);
    expect([outcome, outcome === 'OK']).toEqual([outcome, isFree && mayVisit && isAllowed]);
    if (outcome === 'OK') this.all.push(one);
  }

  async reserve(one: Taken): Promise<void> {
    const [outcome, record, load] = await this.twice(
      'reserve',
      one.id,
      one.account,
      `order of ${one.id}`,
      HOUR_MS,
    );
    expect(outcome).toBe('OK');
    one.state = 'RESERVED';
    one.reserved = { load: String(load), record: String(record) };
  }

  /** Unless its seats are another order's by now: between those two, the claims in MongoDB decide. */
  async write(one: Taken): Promise<void> {
    const theirs = new Set(this.taking.filter(({ state }) => state !== 'HELD').flatMap(placesOf));
    const isOverlapping = one.isLost === true && placesOf(one).some((at) => theirs.has(at));
    one.state = isOverlapping ? 'ENDED' : 'ORDERED';
    if (isOverlapping) return;
    one.isLost = false;
    const [outcome] = await this.twice('counted', one.reserved!.load, one.id, one.reserved!.record);
    if (outcome === 'TO_BE_BUILT') await this.build(false);
  }

  async giveBack(one: Taken, isBuiltMeanwhile: boolean): Promise<void> {
    const load = (await redis.hget(this.key('sale'), 'load')) ?? '';
    one.state = 'ENDED';
    if (isBuiltMeanwhile) await this.build(false);
    const [outcome] = await this.twice('restock', load, one.id, JSON.stringify(recordOf(one)), 'plan', 0);
    if (outcome === 'TO_BE_BUILT') await this.build(false);
  }

  async check(): Promise<void> {
    const free = (type: keyof typeof CAPACITY): number => Math.max(this.free(type), 0);
    expect(await this.run('read')).toEqual(['OK', POOL, free(POOL), SEATS, free(SEATS)]);
    expect(await redis.get(this.key('seats'))).toBe(this.letters());
    const counts = Object.entries(await redis.hgetall(this.key('accounts')));
    expect(Object.fromEntries(counts.map(([field, units]) => [field, Number(units)]))).toEqual(this.counts());
  }
}

function recordOf({ account, lines, channel, id }: Taken): object {
  const quoted = lines.map((line) => ({ ...line, amount: 10 }));
  const times = { deadline: Date.now() + HOUR_MS, expiresAt: Date.now() + HOUR_MS };
  const desk = channel === '' ? {} : { channel };
  return {
    account,
    status: 'ORDERED',
    lines: quoted,
    total: 10,
    currency: 'EUR',
    correlation: id,
    ...times,
    ...desk,
  };
}

const STEPS = [
  'hold',
  'extend',
  'release',
  'adopt',
  'reserve',
  'write',
  'sell',
  'end',
  'refund',
  'expire',
  'build',
] as const;
type Step = (typeof STEPS)[number];

interface Action {
  readonly step: Step;
  readonly which: number;
  readonly account: number;
  readonly isDesk: boolean;
  readonly units: number;
  readonly places: readonly number[];
  /** The stock is built in the middle of it, and with everything lost when it is nothing but built. */
  readonly isBuilt: boolean;
}

const weights: Record<Step, number> = {
  hold: 8,
  extend: 1,
  release: 2,
  adopt: 1,
  reserve: 5,
  write: 5,
  sell: 3,
  end: 2,
  refund: 2,
  expire: 1,
  build: 2,
};
const action: fc.Arbitrary<Action> = fc.record({
  step: fc.oneof(...STEPS.map((step) => ({ weight: weights[step], arbitrary: fc.constant(step) }))),
  which: fc.nat(20),
  account: fc.nat(ACCOUNTS.length - 1),
  isDesk: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  units: fc.nat(3),
  places: fc.uniqueArray(fc.nat(CAPACITY[SEATS] - 1), { maxLength: 2 }),
  isBuilt: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
});

async function act(
  world: World,
  { step, which, account, isDesk, units, places, isBuilt }: Action,
): Promise<boolean> {
  const some = (...states: Taken['state'][]): Taken | undefined => {
    const found = world.inState(...states).filter((one) => step !== 'reserve' || one.account !== VISITOR);
    return found[which % Math.max(found.length, 1)];
  };
  switch (step) {
    case 'hold': {
      const name = ACCOUNTS[account]!;
      await world.hold(name, isDesk && name !== VISITOR ? 'BOX_OFFICE' : '', units, places);
      return true;
    }
    case 'build':
      await world.build(isBuilt);
      return true;
    case 'extend':
    case 'release': {
      const one = some('HELD');
      if (!one) return false;
      if (step === 'extend') await world.twice('extend', one.id, one.account, 1_000);
      else await world.twice('release', one.id, one.account);
      if (step === 'release') one.state = 'ENDED';
      return true;
    }
    case 'adopt': {
      const one = world.inState('HELD').find((held) => held.account === VISITOR);
      if (!one) return false;
      const fits = world.fits('ada', unitsOf(one), unitsOf(one, POOL));
      const [outcome] = await world.twice('adopt', one.id, VISITOR, 'ada');
      expect(outcome).toBe(fits ? 'OK' : 'LIMIT_EXCEEDED');
      if (fits) one.account = 'ada';
      return true;
    }
    case 'reserve':
    case 'write': {
      const one = step === 'reserve' ? some('HELD') : some('RESERVED');
      if (one) await (step === 'reserve' ? world.reserve(one) : world.write(one));
      return one !== undefined;
    }
    case 'sell':
    case 'end': {
      const one = some('ORDERED');
      if (!one) return false;
      one.state = step === 'sell' ? 'SOLD' : 'ENDED';
      if (isBuilt) await world.build(false);
      await world.twice('settle', one.id, step === 'sell' ? 'SOLD' : 'RETURNED');
      return true;
    }
    case 'refund': {
      const one = some('SOLD');
      if (one) await world.giveBack(one, isBuilt);
      return one !== undefined;
    }
    case 'expire': {
      const one = some('HELD', 'ORDERED');
      if (!one) return false;
      await redis.zadd(world.key('deadlines'), 1, one.id);
      one.state = 'ENDED';
      return true;
    }
  }
}

describe("the scripts of an event's stock", () => {
  it('count every unit, seat and account as a simple model does, whatever happens, and however often', async () => {
    const reached = new Set<Step>();
    const scenario = fc.asyncProperty(
      fc.array(action, { minLength: 10, maxLength: 60, size: 'max' }),
      async (actions) => {
        const world = new World();
        await world.build(true);
        for (const one of actions) {
          if (await act(world, one)) reached.add(one.step);
          await world.check();
        }
      },
    );
    await fc.assert(scenario, { numRuns: 150, interruptAfterTimeLimit: SEARCH_MS });
    expect([...reached].toSorted()).toEqual([...STEPS].toSorted());
  }, 30_000);

  it('give a seat to the order that is written, not to who came to hold it while that was written', async () => {
    const world = new World();
    await world.build(true);
    await world.hold('ada', '', 0, [1]);
    const [order] = world.all;
    await world.reserve(order!);
    await world.build(false);
    await world.hold('bob', '', 0, [1]);
    const [, held] = world.all;
    await world.write(order!);
    await world.check();
    await world.run('release', held!.id, 'bob');
    await world.check();
  });
});
