import { InvalidCommand } from '../house/tool.ts';
import { readCommand } from './arguments.ts';

const TOPICS = ['tickets.orders.v1', 'auth.users.v1'];
const read = (line: string) => readCommand(line.split(' ').filter(Boolean), TOPICS);

describe('readCommand', () => {
  it.each([
    ['help', { name: 'help' }],
    ['list --help', { name: 'help' }],
    ['list', { name: 'list', topic: undefined, json: false }],
    ['list auth.users.v1 --json', { name: 'list', topic: 'auth.users.v1', json: true }],
    ['replay auth.users.v1 --all', { name: 'replay', topic: 'auth.users.v1', selection: 'all' }],
    ['drop --yes auth.users.v1 --all', { name: 'drop', topic: 'auth.users.v1', selection: 'all' }],
    ['drop auth.users.v1 3 --yes', { name: 'drop', topic: 'auth.users.v1', selection: ['3'] }],
  ])('understands "%s"', (line, command) => {
    expect(read(line)).toEqual(command);
  });

  it('takes a reference in each of its forms, and once', () => {
    expect(read('replay tickets.orders.v1 tickets.orders.v1#17 #4 017 0')).toEqual({
      name: 'replay',
      topic: 'tickets.orders.v1',
      selection: ['17', '4', '0'],
    });
  });

  it.each([
    ['', /command is missing/],
    ['lst', /no command "lst"; there are list, replay, drop and help/],
    ['list nothing.v1', /no topic "nothing.v1"; there are tickets.orders.v1, auth.users.v1/],
    ['list auth.users.v1 17', /"17" is too much/],
    ['list --all', /--all means nothing to list/],
    ['list --al', /--al/],
    ['replay', /replay needs a topic/],
    ['replay auth.users.v1', /references of facts .* or --all/],
    ['replay auth.users.v1 17 --all', /not both/],
    ['replay auth.users.v1 --all --yes', /--yes means nothing to replay/],
    ['replay auth.users.v1 tickets.orders.v1#17', /tickets.orders.v1#17 is not of auth.users.v1/],
    ['replay auth.users.v1 first', /"first" is no reference; one looks like auth.users.v1#17/],
    ['replay auth.users.v1 99999999999999999999', /no reference/],
    ['drop auth.users.v1 17', /say --yes/],
    ['drop auth.users.v1 --yes', /references of facts .* or --all/],
  ])('refuses "%s" and says why', (line, message) => {
    expect(() => read(line)).toThrow(InvalidCommand);
    expect(() => read(line)).toThrow(message);
  });
});
