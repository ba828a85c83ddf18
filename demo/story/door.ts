import { randomUUID } from 'node:crypto';
import { type Check, same, whenSettled } from '../checks.ts';
import type { Scan, TicketCode } from '../graph/answers.ts';
import { Unexpected } from '../graph/client.ts';
import { READ_FIGURES, SCAN, SHOW_TICKET } from '../graph/operations.ts';
import type { Narrator } from '../terminal/narrator.ts';
import type { Season } from './organizer.ts';
import { forge, readTicketImage, writeTicketImage } from './qr-code.ts';
import type { TicketOwner } from './sale.ts';

/** The door learns of tickets from facts: so long the last of them may take to arrive. */
const TICKETS_KNOWN_LIMIT_MS = 20_000;
/** Buyers who come early: enough for an attendance figure that says something. */
const EARLY_COMERS = 12;
const LANES = ['North', 'South'] as const;

/** What happened at the door, as the scanner was told. */
export interface DoorRecord {
  readonly imageFile: string;
  readonly admitted: number;
  readonly refused: number;
  readonly checks: readonly Check[];
}

/** The door of the concert: a ticket from an image, three that must not get in, and those who come early. */
export class Door {
  private admitted = 0;
  private refused = 0;
  private turnedAway = 0;
  private readonly checks: Check[] = [];

  constructor(
    private readonly season: Season,
    private readonly narrator: Narrator,
  ) {}

  async open(
    owners: readonly TicketOwner[],
    ticketsSold: number,
    stranger: TicketOwner,
  ): Promise<DoorRecord> {
    await this.waitForTickets(ticketsSold);
    const [first, ...others] = owners;
    if (!first) throw new Unexpected('Nobody bought a ticket: the door stays shut.');
    const [shown, ...rest] = first.ticketIds;
    if (shown === undefined) throw new Unexpected(`${first.name} bought, but has no ticket.`);

    const code = await showTicket(first, shown);
    const { imageFile, decoded } = await this.printAndRead(first, code);
    await this.expect('ticket from the image', 'ADMITTED OK', decoded, 0);
    await this.expect('the same ticket again, other lane', 'REFUSED ALREADY_USED', decoded, 1);
    await this.expect('a forged ticket', 'REFUSED FORGED', forge(decoded), 0);
    const [foreign] = stranger.ticketIds;
    const foreignCode = await showTicket(stranger, foreign ?? '');
    await this.expect('a ticket of the matinee', 'REFUSED WRONG_EVENT', foreignCode.payload, 1);

    await this.admitParty({ ...first, ticketIds: rest });
    await Promise.all(LANES.map((_, lane) => this.admitAtLane(lane, others.slice(0, EARLY_COMERS))));
    this.checks.push(same('Early comers turned away', 0, this.turnedAway));
    return { imageFile, admitted: this.admitted, refused: this.refused, checks: this.checks };
  }

  private async waitForTickets(ticketsSold: number): Promise<void> {
    const { organizer, concert } = this.season;
    const known = await whenSettled(async () => {
      const figures = await organizer.ask(READ_FIGURES, { id: concert.id });
      return [same('Tickets the door knows', ticketsSold, figures?.attendance.expected)];
    }, TICKETS_KNOWN_LIMIT_MS);
    // When it still does not, the closing table shows it: the door opens all the same.
    for (const { expected, found } of known)
      this.narrator.say(`The door knows ${found} of ${expected} tickets`);
  }

  private async printAndRead(
    owner: TicketOwner,
    code: TicketCode,
  ): Promise<{ imageFile: string; decoded: string }> {
    const imageFile = writeTicketImage(Buffer.from(code.png, 'base64'));
    this.narrator.say(`${owner.name}'s ticket is drawn to ${imageFile}`);
    const decoded = await readTicketImage(imageFile);
    this.checks.push(same('QR image reads as the ticket', code.payload, decoded, abridged));
    return { imageFile, decoded };
  }

  private async admitAtLane(lane: number, owners: readonly TicketOwner[]): Promise<void> {
    for (const [i, owner] of owners.entries())
      if (i % LANES.length === lane) await this.admitParty(owner, lane);
  }

  private async admitParty(owner: TicketOwner, lane = 0): Promise<void> {
    for (const ticketId of owner.ticketIds) {
      const { payload } = await showTicket(owner, ticketId);
      const { decision } = await this.scan(payload, lane);
      if (decision !== 'ADMITTED') this.turnedAway++;
    }
  }

  private async expect(what: string, outcome: string, payload: string, lane: number): Promise<void> {
    const { decision, reason } = await this.scan(payload, lane);
    this.checks.push(same(`Scan of ${what}`, outcome, `${decision} ${reason}`));
  }

  /** One reading. The subscription tells of it, so it is not told here. */
  private async scan(payload: string, lane: number): Promise<Scan> {
    const scan = await this.season.organizer.succeed(SCAN, {
      input: {
        eventId: this.season.concert.id,
        payload,
        lane: LANES[lane] ?? LANES[0],
        deviceId: `demo-scanner-${lane + 1}`,
        nonce: randomUUID(),
      },
    });
    if (scan.decision === 'ADMITTED') this.admitted++;
    else this.refused++;
    return scan;
  }
}

async function showTicket(owner: TicketOwner, ticketId: string): Promise<TicketCode> {
  const ticket = await owner.client.ask(SHOW_TICKET, { id: ticketId });
  if (!ticket?.qr) throw new Unexpected(`${owner.name} is not shown the code of ticket ${ticketId}.`);
  return ticket.qr;
}

function abridged(payload: string): string {
  return `${payload.slice(0, 10)}… (${payload.length} characters)`;
}
