import { parseEnvironment } from '#config';
import { environment, publicOrigin, subgraphAddresses } from './config.ts';

const HOUSE = {
  PORT: '4000',
  AUTH_URL: 'http://auth:3000',
  EVENTS_URL: 'http://events:3000/',
  TICKETS_URL: 'https://tickets.internal/base',
  PAYMENTS_URL: 'http://payments:3000',
  PRICING_URL: 'http://pricing:3000',
  CHECKIN_URL: 'http://[::1]:3000',
  VISITOR_KEY: 'A'.repeat(43),
};

it('finds the graph of each service under its address', () => {
  const addresses = subgraphAddresses(parseEnvironment(environment, HOUSE));
  expect(Object.fromEntries(Object.entries(addresses).map(([name, { href }]) => [name, href]))).toEqual({
    auth: 'http://auth:3000/graphql',
    events: 'http://events:3000/graphql',
    tickets: 'https://tickets.internal/base/graphql',
    payments: 'http://payments:3000/graphql',
    pricing: 'http://pricing:3000/graphql',
    checkin: 'http://[::1]:3000/graphql',
  });
});

it('names every address that is missing or wrong', () => {
  expect(() =>
    parseEnvironment(environment, { ...HOUSE, EVENTS_URL: undefined, CHECKIN_URL: 'redis://x' }),
  ).toThrow(/EVENTS_URL is not set.*CHECKIN_URL/);
});

it('knows where clients reach it', () => {
  expect(publicOrigin(parseEnvironment(environment, HOUSE))).toBe('http://127.0.0.1:4000');
  expect(
    publicOrigin(parseEnvironment(environment, { ...HOUSE, PUBLIC_URL: 'https://tickets.example/' })),
  ).toBe('https://tickets.example');
});
