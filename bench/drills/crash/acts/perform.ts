import type { Visit } from '../visit.ts';
import {
  approvesAChallenge,
  buysWithASecondCard,
  CARDS,
  deniesAChallenge,
  leavesAChallenge,
} from './cards.ts';
import { changesACapacity, getsInForNothing, paysAtTheDoor } from './desk.ts';
import {
  givesATicketBack,
  givesTheOrderBack,
  isRefundedAtTheSecondTry,
  isRefundedWithoutAnAnswer,
} from './givings-back.ts';
import {
  adoptsAVisitorsHold,
  buysBestSeats,
  buysChosenSeats,
  buysOfSeveralTypes,
  doesEverythingTwice,
  extendsAndBuys,
} from './purchases.ts';
import type { Act } from './shares.ts';

/** Each throws a LoadError when it comes to no end. */
export const PERFORM: Readonly<Record<Act, (visit: Visit) => Promise<unknown>>> = {
  buys: (visit) => visit.buys(visit.someUnits()),
  buysBestSeats,
  buysChosenSeats,
  buysOfSeveralTypes,
  buysWithASecondCard,
  doesEverythingTwice,
  extendsAndBuys,
  adoptsAVisitorsHold,
  approvesAChallenge,
  paysByACardThatTimesOut: (visit) => visit.buys(visit.someUnits(), CARDS.timesOut),
  paysByACardThatAnswersLate: (visit) => visit.buys(visit.someUnits(), CARDS.answersLate),
  paysByACardThatAnswersTwice: (visit) => visit.buys(visit.someUnits(), CARDS.answersTwice),
  paysByACardThatLosesAnAuthorization: (visit) => visit.buys(visit.someUnits(), CARDS.losesAuthorization),
  paysByACardThatLosesACapture: (visit) => visit.buys(visit.someUnits(), CARDS.losesCapture),
  givesTheOrderBack,
  givesATicketBack,
  isRefundedWithoutAnAnswer,
  isRefundedAtTheSecondTry,
  deniesAChallenge,
  leavesAChallenge,
  releases: async (visit) => {
    const holdId = await visit.holds(visit.someUnits());
    await visit.persist(() => visit.visitor.release(visit.buyer, holdId));
  },
  walksOff: (visit) => visit.holds(visit.someUnits()),
  doesNotPay: (visit) => visit.holdsAndOrders(visit.someUnits()),
  getsInForNothing,
  paysAtTheDoor,
  changesACapacity,
};
