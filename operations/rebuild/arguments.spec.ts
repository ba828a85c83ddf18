import { InvalidCommand } from '../house/tool.ts';
import { readRebuildCommand } from './arguments.ts';

const read = (line: string) => readRebuildCommand(line.split(' ').filter(Boolean));

describe('readRebuildCommand', () => {
  it.each([
    ['checkin', { services: ['checkin'], apply: false, waitMs: 10_000 }],
    ['checkin --check', { services: ['checkin'], apply: false, waitMs: 10_000 }],
    ['--apply pricing --wait 0', { services: ['pricing'], apply: true, waitMs: 0 }],
    ['all', { services: expect.arrayContaining(['tickets', 'payments']), apply: false, waitMs: 10_000 }],
    ['tickets --help', undefined],
  ])('understands "%s"', (line, command) => {
    expect(read(line)).toEqual(command);
  });

  it.each([
    ['', /A service is missing/],
    ['ticket', /no service "ticket"; there are auth, events, tickets/],
    ['tickets payments', /"payments" is too much/],
    ['tickets --apply --check', /not both/],
    ['tickets --aply', /--aply/],
    ['tickets --wait 1.5', /whole seconds/],
    ['tickets --wait 601', /up to 600/],
  ])('refuses "%s" and says why', (line, message) => {
    expect(() => read(line)).toThrow(InvalidCommand);
    expect(() => read(line)).toThrow(message);
  });
});
