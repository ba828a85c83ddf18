import fc from 'fast-check';
import {
  capacityDecision,
  type CapacityDecision,
  nextCapacityStep,
  wishOf,
  type WishedCapacities,
} from './capacity.ts';
import { type CapacityWish, type Inventory, sellableCapacity } from './inventory.ts';

const TYPE = 'stalls';

/**
 * The decision about a capacity under every order of events that random search finds: several processes that decide and
 * die between any two steps, holds and claims meanwhile, stock that is lost and built again. Every write of the inventory
 * asks what the repository's update asks; a step of a process is one read or one write.
 */
class World {
  inventory: Inventory = {
    eventId: 'event',
    open: true,
    seq: 0,
    orders: 0,
    pools: { [TYPE]: { capacity: 10, sold: 0, revenue: 0 } },
    moves: [],
  };
  event: WishedCapacities = { eventVersion: 1, capacities: new Map([[TYPE, 10]]) };
  /** Units that are held or ordered. */
  reserved = 0;
  /** Free units in Redis, and the capacity they belong to; undefined while the stock is not loaded. */
  stock: { capacity: number; free: number } | undefined;
  epoch = 0;
  readonly told: CapacityDecision[] = [];
  readonly processes: (Generator<void, void> | undefined)[] = [undefined, undefined, undefined];

  get pool() {
    return this.inventory.pools[TYPE]!;
  }

  change(capacity: number): void {
    this.event = { eventVersion: this.event.eventVersion + 1, capacities: new Map([[TYPE, capacity]]) };
  }

  hold(units: number): void {
    if (!this.stock || this.stock.free < units) return;
    this.stock.free -= units;
    this.reserved += units;
  }

  release(units: number): void {
    if (this.reserved < units) return;
    this.reserved -= units;
    if (this.stock) this.stock.free += units;
  }

  claim(units: number): void {
    if (this.reserved < units || this.pool.sold + units > this.pool.capacity) return;
    this.reserved -= units;
    this.setPool({ sold: this.pool.sold + units });
  }

  invalidate(): void {
    this.epoch++;
    this.stock = undefined;
  }

  /** What is sold and reserved is counted when the stock is built; the capacity may have been read long before. */
  *load(): Generator<void, void> {
    const { epoch } = this;
    const capacity = sellableCapacity(this.inventory, TYPE);
    yield;
    if (this.epoch !== epoch || this.stock) return;
    this.stock = { capacity, free: capacity - this.pool.sold - this.reserved };
  }

  *decide(): Generator<void, void> {
    const wish = wishOf(this.inventory, this.event);
    yield;
    if (wish && this.newestVersion() < wish.eventVersion) this.setWish(wish);
    for (;;) {
      yield;
      const { inventory } = this;
      const step = nextCapacityStep(inventory);
      if (!step || !inventory.wish) return;
      yield;
      if (step.kind === 'TELL') return yield* this.tell(inventory, inventory.wish);
      if (step.kind === 'RAISE') this.grant(inventory.wish, this.pool.capacity <= step.capacity);
      else yield* this.cut(inventory.wish, step.capacity);
    }
  }

  private *cut(wish: CapacityWish, capacity: number): Generator<void, void> {
    while (!this.stock) yield* this.load();
    const less = this.stock.capacity - capacity;
    if (this.stock.free < less) {
      const committed = this.stock.capacity - this.stock.free;
      yield;
      if (this.isUndecided(wish))
        this.setWish({ ...wish, undecided: {}, refused: { [TYPE]: { wished: capacity, committed } } });
      return;
    }
    // It never adds: free units of a smaller capacity are those of a newer wish.
    if (less > 0) this.stock = { capacity, free: this.stock.free - less };
    yield;
    if (!this.grant(wish, this.pool.sold <= capacity)) this.invalidate();
  }

  private *tell(inventory: Inventory, wish: CapacityWish): Generator<void, void> {
    const newest = this.told.at(-1);
    if (!newest || newest.eventVersion < wish.eventVersion) this.told.push(capacityDecision(inventory, wish));
    yield;
    if (this.inventory.wish?.eventVersion === wish.eventVersion) {
      this.inventory = { ...this.inventory, wish: undefined, decidedVersion: wish.eventVersion };
    }
    yield;
    this.invalidate();
  }

  private newestVersion(): number {
    const { wish, decidedVersion = 0 } = this.inventory;
    return Math.max(wish?.eventVersion ?? 0, decidedVersion);
  }

  private grant(wish: CapacityWish, condition: boolean): boolean {
    if (!condition || !this.isUndecided(wish)) return false;
    this.setPool({ capacity: wish.undecided[TYPE]! });
    this.setWish({ ...wish, undecided: {} });
    return true;
  }

  private isUndecided(wish: CapacityWish): boolean {
    const { wish: stored } = this.inventory;
    return stored?.eventVersion === wish.eventVersion && stored.undecided[TYPE] === wish.undecided[TYPE];
  }

  private setPool(change: object): void {
    this.inventory = { ...this.inventory, pools: { [TYPE]: { ...this.pool, ...change } } };
  }

  private setWish(wish: CapacityWish | undefined): void {
    this.inventory = { ...this.inventory, wish };
  }
}

type Action = readonly [name: string, ...numbers: number[]];

function act(world: World, [name, first = 0, second = 0]: Action): void {
  switch (name) {
    case 'step':
      if (world.processes[first]?.next().done) world.processes[first] = undefined;
      return;
    case 'start':
      world.processes[first] ??= second % 2 ? world.load() : world.decide();
      return;
    case 'crash':
      world.processes[first] = undefined;
      return;
    case 'change':
      return world.change(second);
    case 'hold':
      return world.hold(second);
    case 'release':
      return world.release(second);
    case 'claim':
      return world.claim(second);
    default:
      return world.invalidate();
  }
}

const process = fc.nat(2);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(fc.constant('step'), process) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('start'), process, fc.nat(1)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('crash'), process) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('change'), fc.constant(0), fc.integer({ min: 1, max: 20 })) },
  {
    weight: 4,
    arbitrary: fc.tuple(
      fc.constantFrom('hold', 'claim', 'release'),
      fc.constant(0),
      fc.integer({ min: 1, max: 4 }),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('lose')) },
);

/** Every process dies; one comes back and hears the newest version of the event. */
function heal(world: World): void {
  world.processes.fill(undefined);
  for (const _ of world.decide());
}

describe('a decision about a capacity, whatever happens in whatever order', () => {
  it('never leaves more sold and reserved than there is, and is told once for each version of the event', () => {
    let refusals = 0;
    let cuts = 0;
    fc.assert(
      fc.property(fc.array(action, { minLength: 10, maxLength: 150, size: 'max' }), (actions) => {
        const world = new World();
        for (const one of actions) {
          act(world, one);
          const { sold, capacity } = world.pool;
          if (sold + world.reserved > capacity)
            throw new Error(`${sold} sold, ${world.reserved} reserved of ${capacity}`);
        }
        heal(world);
        const { wish } = world.inventory;
        const { capacity } = world.pool;
        const versions = world.told.map(({ eventVersion }) => eventVersion);
        expect(wish).toBeUndefined();
        expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
        const last = world.told.at(-1);
        if (last) expect(last.ticketTypes).toEqual([{ ticketTypeId: TYPE, capacity }]);
        const [refused] = last?.refused ?? [];
        const wished = world.event.capacities.get(TYPE);
        if (last?.eventVersion === world.event.eventVersion && !refused) expect(capacity).toBe(wished);
        if (refused) expect(refused.committed).toBeGreaterThan(refused.wished);
        refusals += world.told.filter((decision) => decision.refused.length > 0).length;
        cuts += world.told.filter(({ ticketTypes }) => (ticketTypes[0]?.capacity ?? 10) < 10).length;
      }),
      { numRuns: 2_000 },
    );
    // The search is worth its name only if it came to both ends.
    expect(Math.min(refusals, cuts)).toBeGreaterThan(50);
  });
});
