import fc from 'fast-check';
import type { Inventory, Move } from './inventory.ts';
import { type Sale, salesOf } from './sale.ts';

const TYPE = 'stalls';

/** The inventory as its repository changes it: by whole updates, some of several moves at once. */
class World {
  inventory: Inventory = {
    eventId: 'event',
    open: true,
    seq: 0,
    logged: 0,
    orders: 0,
    pools: { [TYPE]: { capacity: 1_000, sold: 0, revenue: 0 } },
    moves: [],
  };
  /** What truly happened, in order. */
  readonly history: Pick<Sale, 'seq' | 'kind' | 'orderId' | 'unitsSold'>[] = [];
  readonly log = new Map<number, Sale>();
  private made = 0;

  move(kinds: readonly Move['kind'][]): void {
    const { inventory } = this;
    let { seq } = inventory;
    let sold = inventory.pools[TYPE]!.sold;
    const moves = kinds.map((kind): Move => {
      const orderId = `order ${++this.made}`;
      const lines = kind === 'REFUSAL' ? [] : [{ ticketTypeId: TYPE, quantity: 2, amount: 100 }];
      if (kind !== 'REFUSAL') {
        sold += kind === 'CLAIM' ? 2 : -2;
        this.history.push({ seq: ++seq, kind, orderId, unitsSold: sold });
      }
      return { id: `${orderId}:${kind}`, orderId, kind, lines, at: new Date(0), deadline: new Date(0) };
    });
    const pools = { [TYPE]: { capacity: 1_000, sold, revenue: 0 } };
    this.inventory = { ...inventory, seq, pools, moves: [...inventory.moves, ...moves] };
  }

  /** One process writes the log; another may do the same with an older reading. */
  write(reading: Inventory, noted: boolean): void {
    for (const sale of salesOf(reading)) if (!this.log.has(sale.seq)) this.log.set(sale.seq, sale);
    const logged = Math.max(this.inventory.logged ?? 0, reading.seq);
    if (noted) this.inventory = { ...this.inventory, logged };
  }

  /** Any of the moves that a trim had read, if what it had read is logged. */
  trim(reading: Inventory, chosen: (i: number) => boolean): void {
    if ((this.inventory.logged ?? -1) < reading.seq) return;
    const gone = new Set(reading.moves.filter((_, i) => chosen(i)).map(({ id }) => id));
    this.inventory = { ...this.inventory, moves: this.inventory.moves.filter(({ id }) => !gone.has(id)) };
  }
}

const kinds = fc.array(fc.constantFrom<Move['kind'][]>('CLAIM', 'CLAIM', 'RETURN', 'REFUSAL'), {
  minLength: 1,
  maxLength: 4,
});
const action = fc.oneof(
  fc.record({ do: fc.constant('move' as const), kinds }),
  fc.record({ do: fc.constant('read' as const) }),
  fc.record({ do: fc.constant('write' as const), noted: fc.boolean() }),
  fc.record({ do: fc.constant('trim' as const), every: fc.integer({ min: 1, max: 3 }) }),
);

describe('the sales log', () => {
  it('has every sale at its place, whoever writes, dies, trims or reads late in between', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const world = new World();
        let reading = world.inventory;
        for (const step of actions) {
          if (step.do === 'move') world.move(step.kinds);
          else if (step.do === 'read') reading = world.inventory;
          else if (step.do === 'write') world.write(reading, step.noted);
          else world.trim(reading, (i) => i % step.every === 0);
        }
        world.write(world.inventory, true);
        const logged = [...world.log.values()].toSorted((a, b) => a.seq - b.seq);
        expect(logged).toMatchObject(world.history);
        expect(logged).toHaveLength(world.history.length);
      }),
      { numRuns: 500 },
    );
  });

  it('of an inventory of an earlier version begins where that stands', () => {
    const world = new World();
    world.move(['CLAIM', 'CLAIM']);
    const { logged: _, ...earlier } = world.inventory;
    expect(salesOf(earlier)).toEqual([]);
  });
});
