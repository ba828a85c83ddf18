/** npm run demo: a whole sale on a running Tessera, seen from outside: only the public endpoint is used. */
import { randomInt } from 'node:crypto';
import { findAddress, knock, NobodyHome } from './address.ts';
import { type Check, same, whenSettled } from './checks.ts';
import type { Activity, EventFigures } from './graph/answers.ts';
import { Client, Unexpected } from './graph/client.ts';
import { READ_FIGURES } from './graph/operations.ts';
import { Watch } from './graph/watch.ts';
import { euros } from './money.ts';
import { HELP, InvalidOption, type Options, readOptions } from './options.ts';
import { Random } from './random.ts';
import { Door } from './story/door.ts';
import { attendanceChecks, liveChecks, priceChecks, salesChecks } from './story/figures.ts';
import { Ledger } from './story/ledger.ts';
import { openSeason, type Season } from './story/organizer.ts';
import { planBuyers } from './story/plan.ts';
import { buyMatineeTicket, runSale, type SaleRecord } from './story/sale.ts';
import { Narrator, paint } from './terminal/narrator.ts';
import { checkTable } from './terminal/table.ts';

async function main(options: Options): Promise<number> {
  const address = findAddress(options.url, process.env);
  await knock(address);
  const narrator = new Narrator();
  console.log(
    `${options.buyers} buyers over ${options.seconds} s at ${address} (repeat with --seed ${options.seed})`,
  );
  const visitor = new Client(address);

  narrator.chapter('An organizer opens the house');
  const season = await openSeason(visitor, options, narrator);
  const watch = await Watch.open(season.organizer, season.concert.id, (activity) => tell(narrator, activity));
  try {
    narrator.say('Olga watches what happens, live');
    const checks = await sellAndAdmit(options, { visitor, season, watch, narrator });
    console.log(`\n${checkTable(checks)}\n`);
    const off = checks.filter(({ holds }) => !holds).length;
    const verdict =
      off === 0 ? `All ${checks.length} checks hold.` : `${off} of ${checks.length} checks are off.`;
    console.log(paint(off === 0 ? ['bold', 'green'] : ['bold', 'red'], verdict));
    return off === 0 ? 0 : 1;
  } finally {
    await watch.close();
  }
}

interface Stage {
  readonly visitor: Client;
  readonly season: Season;
  readonly watch: Watch;
  readonly narrator: Narrator;
}

async function sellAndAdmit(options: Options, { visitor, season, watch, narrator }: Stage): Promise<Check[]> {
  const { concert, organizer } = season;
  const figures = async (): Promise<EventFigures> => {
    const answer = await organizer.ask(READ_FIGURES, { id: concert.id });
    if (!answer) throw new Unexpected('The organizer does not see the event.');
    return answer;
  };

  narrator.chapter(`${options.buyers} buyers come`);
  const plans = planBuyers(options.buyers, options.seconds * 1_000, new Random(options.seed));
  const sale = await runSale(visitor, season, plans, narrator);
  const ledger = new Ledger(sale.visits);
  summarize(sale, ledger, narrator);
  const saleChecks = await whenSettled(async () => {
    const current = await figures();
    return [
      ...salesChecks(ledger, concert, current, new Date()),
      ...liveChecks(ledger, watch),
      ...priceChecks(concert, current, watch),
    ];
  });

  narrator.chapter('The doors open');
  const stranger = await buyMatineeTicket(visitor, season, narrator);
  const door = await new Door(season, narrator).open(sale.owners, ledger.unitsSold, stranger);
  const doorChecks = await whenSettled(async () =>
    attendanceChecks(door, ledger.unitsSold, await figures(), watch),
  );
  narrator.say(`${door.admitted} people are inside; the image of the first ticket is ${door.imageFile}`);

  return [
    same('Buyers whose visit went wrong', 0, sale.mishaps.length),
    ...saleChecks,
    ...door.checks,
    ...doorChecks,
  ];
}

function summarize({ mishaps }: SaleRecord, ledger: Ledger, narrator: Narrator): void {
  const endings = [
    `${ledger.count('BOUGHT')} bought ${ledger.unitsSold} tickets for ${euros(ledger.revenue)}`,
    `${ledger.count('RELEASED')} gave their hold back`,
    `${ledger.count('LEFT_UNITS_TAKEN')} walked away`,
    `${ledger.count('DID_NOT_BUY')} found nothing for them`,
    ...(mishaps.length > 0 ? [`${mishaps.length} went wrong`] : []),
  ];
  narrator.say(`The last buyer has left: ${endings.join(', ')}`, 'bold');
}

/** What the subscription brings, as it comes. Sales are told by the buyers themselves. */
function tell(narrator: Narrator, activity: Activity): void {
  switch (activity.__typename) {
    case 'UnitsSold':
      return;
    case 'PriceMoved': {
      const { ticketType, previous, price } = activity;
      return narrator.say(
        `live: ${ticketType.name} moves from ${euros(previous.amount)} to ${euros(price.amount)}`,
        'cyan',
      );
    }
    case 'TicketScanned':
      return narrator.say(
        `live: ${activity.lane} lane: ${activity.decision} ${activity.reason}`,
        activity.decision === 'ADMITTED' ? 'cyan' : 'yellow',
      );
  }
}

/** 0: every figure is right. 1: one is off, or the story could not be told. 2: the command line is wrong. */
async function run(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2), randomInt(2 ** 32));
    if (!options.help) return await main(options);
    console.log(HELP);
    return 0;
  } catch (error) {
    if (error instanceof InvalidOption) {
      console.error(`${error.message}\n\n${HELP}`);
      return 2;
    }
    console.error(error instanceof NobodyHome || error instanceof Unexpected ? error.message : error);
    return 1;
  }
}

process.exitCode = await run();
