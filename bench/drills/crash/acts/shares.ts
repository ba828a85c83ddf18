/** How often each thing is done among 100 visits by people who come to tickets, and by those who end otherwise. */
const PURCHASES = {
  buys: 20,
  buysBestSeats: 6,
  buysChosenSeats: 6,
  buysOfSeveralTypes: 6,
  buysWithASecondCard: 4,
  doesEverythingTwice: 7,
  extendsAndBuys: 4,
  adoptsAVisitorsHold: 4,
  approvesAChallenge: 3,
  paysByACardThatTimesOut: 2,
  paysByACardThatAnswersLate: 3,
  paysByACardThatAnswersTwice: 2,
  paysByACardThatLosesAnAuthorization: 2,
  paysByACardThatLosesACapture: 3,
} as const;
const OTHERS = {
  givesTheOrderBack: 4,
  givesATicketBack: 5,
  isRefundedWithoutAnAnswer: 1,
  isRefundedAtTheSecondTry: 1,
  deniesAChallenge: 1,
  leavesAChallenge: 1,
  releases: 4,
  walksOff: 2,
  doesNotPay: 3,
  getsInForNothing: 2,
  paysAtTheDoor: 3,
  changesACapacity: 1,
} as const;

export const SHARES = { ...PURCHASES, ...OTHERS } as const;
export type Act = keyof typeof SHARES;
export const ACTS = Object.keys(SHARES) as Act[];

/** It ends with a ticket that was paid for. */
export function isPurchase(act: Act): boolean {
  return act in PURCHASES;
}

/** `dice` from 0 to 1. */
export function pickAct(dice: number): Act {
  let left = dice * 100;
  for (const act of ACTS) {
    left -= SHARES[act];
    if (left < 0) return act;
  }
  return 'buys';
}
