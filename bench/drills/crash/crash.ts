import { cpSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { exercise, type Stage } from '../../frame/exercise.ts';
import type { Progress } from '../../frame/progress.ts';
import { flag, selection, wholeNumber } from '../../frame/options.ts';
import { Accounts } from '../../house/accounts.ts';
import type { House } from '../../house/house.ts';
import { soundnessOf } from '../../house/operator.ts';
import { GraphClient, sourceAddresses } from '../../load/graph-client.ts';
import { AcknowledgedOrders } from '../../sale/acknowledged-orders.ts';
import { BoxOffice } from '../../sale/box-office.ts';
import { type Harm, killOf, runRound, secondsSince } from '../rounds.ts';
import { Crowd } from './crowd.ts';
import { figuresOf, lostIn, violationsIn } from './figures.ts';
import { type FinishedRound, Journal } from './journal.ts';
import { HARMS, type HarmName, type PlannedRound, planRounds, randomFrom } from './plan.ts';
import { OrganizersAnswers } from './organizers-answers.ts';
import { agingOfRedis, flushOfRedis } from './redis-harms.ts';
import { SaleRooms } from './sale-rooms.ts';
import type { Market } from './visit.ts';

const JOURNAL = '.tessera/drill-crash.json';
/** Of the last drill that found something. */
const LOGS = '.tessera/drill-crash-logs';
const ROUND_LIMIT_MS = 30_000;
/** Of a round: for the house to come back and sell. What is left is for quiet and verification. */
const RECOVERY_LIMIT_MS = 18_000;
/** The least that verification is given to find the house quiet. */
const LEAST_QUIET_MS = 1_000;
/** What is on its way when a round's orders are asked for is asked for again in the end. */
const RECKON_MS = 0;
/** Of what was found, in the line. */
const MOST_TOLD = 20;
/** No answer for so long is none: a client asks again. */
const ANSWER_LIMIT_MS = 5_000;
const SPARE_S = 300;
/** For cancelled events to be wound up: a minute for stragglers, and the refunds. */
const WINDING_UP_LIMIT_MS = 90_000;

const count = z.int().nonnegative();

const crashFigures = z.strictObject({
  rounds: count,
  seed: count,
  /** kill -9 by component, an aged Redis among them. */
  kills: z.record(z.string(), count),
  redisFlushed: count,
  redisAged: count,
  /** That the platform answered for. */
  orders: count,
  /** What people did to its end, by kind. */
  acts: z.record(z.string(), count),
  /** In the middle of their sale, one in each round. */
  eventsCancelled: count,
  /** Orders, refunds, cancellations and capacities that are not, or within their time did not become, what was answered. */
  acknowledgedLost: count,
  /** Different things that verify found, after each round and in the end. */
  violations: count,
  /** Answers that contradict earlier ones: another order for the same key, a declined card that paid. */
  contradictions: count,
  /** Rounds after which something was still on its way when their time was over. */
  unquietRounds: count,
  isQuiet: z.boolean(),
  /** Longest, by harm: until every service was ready, and until a purchase begun after the harm had its ticket. */
  healthyS: z.record(z.string(), z.number().nullable()),
  recoveryS: z.record(z.string(), z.number().nullable()),
  longestRoundS: z.number(),
  told: z.array(z.string()),
  errors: z.record(z.string(), count),
});
export type CrashFigures = z.output<typeof crashFigures>;

interface Wishes {
  readonly rounds: number;
  readonly seed: number;
  readonly clients: number;
  readonly harms: readonly HarmName[];
  readonly resume: boolean;
}

export const crashDrill = exercise({
  kind: 'drill',
  name: 'crash',
  summary:
    'kill -9 of everything in a random order under load, Redis flushed and aged, verified after each round',
  options: {
    rounds: wholeNumber('harms, each followed by verification', { fallback: 30, min: 1, max: 1_000 }),
    seed: wholeNumber('chooses order and moments', { fallback: 1, min: 0, max: 4_000_000_000 }),
    clients: wholeNumber('people who buy meanwhile', { fallback: 8, min: 1, max: 64 }),
    harms: selection('what is done', HARMS),
    resume: flag('go on with the drill that was interrupted'),
  },
  limitS: ({ rounds }) => SPARE_S + (rounds * (ROUND_LIMIT_MS + 5_000)) / 1_000,
  figures: crashFigures,
  run: crash,
  complaint: (figures) => {
    if (figures.acknowledgedLost > 0)
      return `${figures.acknowledgedLost} acknowledged things are not as answered`;
    if (figures.violations > 0) return `${figures.violations} violations of what must always be true`;
    if (figures.contradictions > 0) return `${figures.contradictions} answers contradict earlier ones`;
    if (!figures.isQuiet) return 'something was on its way for longer than a minute in the end';
    return figures.orders === 0 ? 'nobody could order anything: nothing was shown' : undefined;
  },
});

async function crash(stage: Stage, { rounds, seed, clients, harms, resume }: Wishes): Promise<CrashFigures> {
  const { progress, signal } = stage;
  const journal = new Journal(JOURNAL, { seed, harms });
  if (resume) journal.resume();
  const plan = planRounds(seed, rounds, harms).slice(journal.finished.length);
  const house = await stage.house();
  const accounts = await Accounts.open(house);
  const graphs = sourceAddresses(clients).map(
    (address) => new GraphClient(house.url, address, ANSWER_LIMIT_MS),
  );
  const [first] = graphs;
  if (!first) throw new Error('there is no client');
  const answers = new OrganizersAnswers();
  const all = noOrders(answers);
  try {
    const office = await BoxOffice.open(first, accounts, progress);
    const rooms = await SaleRooms.open(office, first, accounts, randomFrom(seed + journal.finished.length));
    for (const [index, planned] of plan.entries()) {
      const market = await rooms.marketOf(index);
      const round = await runOne({ stage, house, graphs, all, answers, market }, planned);
      journal.add(round);
      tell(progress, round, `round ${journal.finished.length} of ${rounds}`);
    }
    progress.say('verifying the house, and asking for everything that was acknowledged');
    const { told, isQuiet } = await soundnessOf(house, progress);
    const { lost, unsettled } = await all.reckon(graphs, signal);
    const unkept = await answers.unkept(first, office.organizer.token, WINDING_UP_LIMIT_MS, signal);
    if (!house.isPrivate) await office.close();
    journal.remove();
    const gone = new Map([...lostIn(journal.finished), ...lost, ...unsettled, ...unkept]);
    const violations = new Map([...violationsIn(journal.finished), ...told]);
    const figures = {
      ...figuresOf(journal.finished, seed),
      acknowledgedLost: gone.size,
      violations: violations.size,
      told: [...[...gone].map(([what, why]) => `${what}: ${why}`), ...violations.values()].slice(
        0,
        MOST_TOLD,
      ),
      isQuiet,
    };
    keepLogs(house, figures);
    return figures;
  } finally {
    for (const graph of graphs) graph.close();
    await accounts.close();
  }
}

function noOrders(answers: OrganizersAnswers): AcknowledgedOrders {
  return new AcknowledgedOrders([], (eventId) => answers.cancellationOf(eventId));
}

function tell(progress: Progress, round: FinishedRound, which: string): void {
  const { harm, healthyS, recoveryS, roundS, orders, isQuiet } = round;
  progress.say(
    `${which}: ${harm}, healthy after ${healthyS} s, sells after ${recoveryS} s, ${orders} orders` +
      `${isQuiet ? '' : ', not quiet'}; ${roundS} s`,
  );
  for (const [what, text] of Object.entries(round.violations)) progress.say(`  VIOLATION ${what}: ${text}`);
  for (const [what, why] of Object.entries(round.lost)) progress.say(`  LOST ${what}: ${why}`);
  for (const text of round.contradictions) progress.say(`  CONTRADICTION ${text}`);
}

/** What the services said, for whoever looks for the cause: a private house is removed with its logs. */
function keepLogs(house: House, figures: CrashFigures): void {
  const isStrange = Object.keys(figures.errors).some((kind) => kind.endsWith('INTERNAL_SERVER_ERROR'));
  const found = figures.violations + figures.acknowledgedLost + figures.contradictions;
  if (found > 0 || isStrange) cpSync(house.logsFolder(), LOGS, { recursive: true });
}

interface Scene {
  readonly stage: Stage;
  readonly house: House;
  readonly graphs: readonly GraphClient[];
  readonly all: AcknowledgedOrders;
  readonly answers: OrganizersAnswers;
  readonly market: Market;
}

/** Load, the harm and a cancellation, load until the house sells again, quiet, verification: within {@link ROUND_LIMIT_MS}. */
async function runOne(scene: Scene, planned: PlannedRound): Promise<FinishedRound> {
  const { stage, house, graphs, all, answers, market } = scene;
  const { signal, progress } = stage;
  const begunAt = performance.now();
  const endsAt = begunAt + ROUND_LIMIT_MS;
  const harm = harmOf(planned.harm);
  const acknowledged = noOrders(answers);
  const crowd = new Crowd(market, acknowledged, answers);
  await harm.prepare?.(house);
  const load = crowd.start(graphs);
  const calledOff = callOff(scene, planned);
  const { healthyS, found: recoveryS } = await sleep(planned.delayMs, undefined, { signal })
    .then(() =>
      runRound(
        { house, roundLimitMs: RECOVERY_LIMIT_MS, signal },
        harm,
        async (_harm, harmedAt, deadline) => {
          const soldAt = await crowd.untilItSells(harmedAt, deadline);
          return soldAt === undefined ? null : secondsSince(harmedAt, soldAt);
        },
      ),
    )
    .finally(() => crowd.stop());
  const [isCancellationAnswered] = await Promise.all([calledOff, load]);
  const waitMs = Math.max(LEAST_QUIET_MS, endsAt - performance.now() - VERIFICATION_MS);
  const { told, isQuiet } = await soundnessOf(house, progress, waitMs);
  const { acknowledgedOrders: orders, lost } = await acknowledged.reckon(graphs, signal, RECKON_MS);
  for (const order of acknowledged.soFar()) all.add(order);
  return {
    harm: planned.harm,
    healthyS,
    recoveryS,
    roundS: secondsSince(begunAt, performance.now()),
    isQuiet,
    orders,
    lost: Object.fromEntries(lost),
    violations: Object.fromEntries(told),
    contradictions: crowd.contradictions,
    acts: crowd.acts,
    isCancellationAnswered,
    errors: crowd.tally.errors,
  };
}

/** The round's own event, in the middle of its sale; whether that was answered before the round's time was over. */
async function callOff({ stage, house, answers, market }: Scene, planned: PlannedRound): Promise<boolean> {
  const graph = new GraphClient(house.url, undefined, ANSWER_LIMIT_MS);
  try {
    await sleep(planned.cancelAfterMs, undefined, { signal: stage.signal });
    return await answers.callOff(graph, market.doomed.id, market.organizer.token, RECOVERY_LIMIT_MS);
  } finally {
    graph.close();
  }
}

/** About what verification takes of a round. */
const VERIFICATION_MS = 4_000;

function harmOf(name: HarmName): Harm {
  switch (name) {
    case 'redisFlushed':
      return flushOfRedis;
    case 'redisAged':
      return agingOfRedis();
    default:
      return killOf(name);
  }
}
