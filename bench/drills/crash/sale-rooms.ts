import type { Account, Accounts } from '../../house/accounts.ts';
import { AccountsInTurn } from '../../load/accounts-in-turn.ts';
import type { GraphClient } from '../../load/graph-client.ts';
import { persistently } from '../../load/persistence.ts';
import type { BoxOffice, Pools, SaleWish } from '../../sale/box-office.ts';
import { readSeatPlan } from '../../sale/seat-choice.ts';
import type { Market, SeatedSale } from './visit.ts';

/** Few, so that people come back and their limits matter. */
const ACCOUNTS = 400;
/** Then they are sold out for most, and others come. */
const ROUNDS_OF_SMALL_EVENTS = 5;
const OPENING_LIMIT_MS = 30_000;

const LASTING: SaleWish = { name: 'Large', units: 50_000, pools: 1, seated: false, maxPerAccount: 1_000 };
/** Little is allowed to each. */
const SMALL: SaleWish = { name: 'Small', units: 300, pools: 2, seated: false, maxPerAccount: 5 };
const SEATED: SaleWish = { name: 'Seated', units: 400, pools: 2, seated: true, maxPerAccount: 20 };
const DOOMED = { name: 'Called off', units: 200, pools: 2, maxPerAccount: 10 };

/** What the rounds of a drill sell: an event that lasts, small ones for some rounds, and one to be cancelled in each. */
export class SaleRooms {
  private small: Pools | undefined;
  private seated: SeatedSale | undefined;

  private constructor(
    private readonly office: BoxOffice,
    private readonly graph: GraphClient,
    private readonly lasting: Pools,
    private readonly people: { readonly buyers: AccountsInTurn; readonly random: () => number },
  ) {}

  static async open(
    office: BoxOffice,
    graph: GraphClient,
    accounts: Accounts,
    random: () => number,
  ): Promise<SaleRooms> {
    const buyers = new AccountsInTurn(await accounts.mint(ACCOUNTS));
    return new SaleRooms(office, graph, await office.sell(LASTING), { buyers, random });
  }

  /** `round` counts from 0. The event that will be cancelled sells units and seats by turns. */
  async marketOf(round: number): Promise<Market> {
    if (!this.small || !this.seated || round % ROUNDS_OF_SMALL_EVENTS === 0) {
      this.small = await this.sell(SMALL);
      this.seated = await this.sellSeats(SEATED);
    }
    const { lasting, small, seated, people } = this;
    const organizer: Account = this.office.organizer;
    const shared = { ...people, lasting, small, organizer };
    if (round % 2 === 0) {
      const doomed = await this.sell({ ...DOOMED, seated: false });
      const standing = [lasting, lasting, small, doomed] as const;
      return { ...shared, standing, seated: [seated], doomed: doomed[0] };
    }
    const doomed = await this.sellSeats({ ...DOOMED, seated: true });
    const standing = [lasting, lasting, small] as const;
    return { ...shared, standing, seated: [seated, doomed], doomed: doomed.pools[0] };
  }

  private sell(wish: SaleWish): Promise<Pools> {
    return persistently(() => this.office.sell(wish), OPENING_LIMIT_MS);
  }

  private async sellSeats(wish: SaleWish): Promise<SeatedSale> {
    const pools = await this.sell(wish);
    const plan = await persistently(() => readSeatPlan(this.graph, pools[0].id), OPENING_LIMIT_MS);
    return { pools, plan };
  }
}
