import { InvalidOption, readOptions } from './options.ts';

describe('readOptions', () => {
  it('has the sale of the README by default', () => {
    expect(readOptions([], 7)).toEqual({ help: false, url: undefined, buyers: 200, seconds: 60, seed: 7 });
  });

  it('reads each option', () => {
    const args = ['--url', 'https://tickets.example.org', '--buyers', '20', '--seconds', '5', '--seed', '42'];
    expect(readOptions(args, 7)).toEqual({
      help: false,
      url: 'https://tickets.example.org',
      buyers: 20,
      seconds: 5,
      seed: 42,
    });
  });

  it.each([
    [['--buyers', '7'], /--buyers must be a whole number from 8 to 2000/],
    [['--buyers', '1e3'], /--buyers/],
    [['--seconds', '0'], /--seconds/],
    [['--seconds', '301'], /--seconds/],
    [['--seed', '-1'], /--seed/],
    [['--seed', '4294967296'], /--seed/],
    [['--url', 'localhost:4000'], /--url must be an address/],
    [['--buyer', '9'], /--buyer/],
    [['twenty'], /twenty/],
  ])('refuses %j by name', (args, message) => {
    expect(() => readOptions(args, 7)).toThrow(InvalidOption);
    expect(() => readOptions(args, 7)).toThrow(message);
  });
});
