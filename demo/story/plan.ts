import type { Random } from '../random.ts';

/** What a buyer does once the tickets are held. */
export type Conduct =
  | 'PAYS'
  | 'APPROVES_AT_BANK'
  | 'DECLINED_THEN_PAYS'
  | 'DECLINED_THEN_LEAVES'
  | 'RELEASES_HOLD'
  | 'LEAVES_HOLD';

/** Share of each conduct among the buyers; everybody else pays. */
const SHARES: readonly (readonly [Conduct, number])[] = [
  ['APPROVES_AT_BANK', 0.03],
  ['DECLINED_THEN_PAYS', 0.03],
  ['DECLINED_THEN_LEAVES', 0.02],
  ['RELEASES_HOLD', 0.03],
  ['LEAVES_HOLD', 0.02],
];

export const MOST_TICKETS = 4;

export interface BuyerPlan {
  readonly number: number;
  readonly name: string;
  readonly arrivesAfterMs: number;
  readonly quantity: number;
  readonly prefersDemandPriced: boolean;
  /** The most this person gives for a ticket whose price moves, as a multiple of its base price. */
  readonly patience: number;
  readonly conduct: Conduct;
}

const FIRST_NAMES = [
  'Ada', 'Amir', 'Ana', 'Björn', 'Chloé', 'Dalia', 'Emeka', 'Femke', 'Grace', 'Hana', 'Ines', 'Jonas', 'Kofi', 'Lena',
  'Mateo', 'Nadia', 'Oskar', 'Priya', 'Quentin', 'Rosa', 'Sven', 'Tomoko', 'Uma', 'Viktor', 'Wanda', 'Yusuf', 'Zoë',
] as const; // prettier-ignore

/** The whole crowd: who comes when and wants what. The same random source deals the same crowd. */
export function planBuyers(count: number, overMs: number, random: Random): BuyerPlan[] {
  return dealConducts(count, random).map((conduct, i) => ({
    number: i + 1,
    name: `${random.pick(FIRST_NAMES)} ${i + 1}`,
    arrivesAfterMs: Math.floor(random.between(0, overMs)),
    quantity: random.whole(1, MOST_TICKETS),
    prefersDemandPriced: random.next() < 0.55,
    patience: random.between(0.95, 2.2),
    conduct,
  }));
}

/** Exact shares in random order, at least one of each, so that a small crowd tells the whole story too. */
function dealConducts(count: number, random: Random): Conduct[] {
  const special = SHARES.flatMap(([conduct, share]) =>
    Array<Conduct>(Math.max(1, Math.round(share * count))).fill(conduct),
  );
  const paying = Array<Conduct>(Math.max(0, count - special.length)).fill('PAYS');
  return random.shuffle([...special, ...paying]);
}
