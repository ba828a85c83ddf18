import assert from 'node:assert/strict';
import { test } from 'node:test';

import { compose, refuseStale, subgraphsOfThisRepository } from './compose.mjs';

const EVENTS = {
  name: 'events',
  sdl: 'type Query { event(id: ID!): Event } type Event @key(fields: "id") { id: ID! name: String! }',
};

test('the schemas of this repository compose, without hints, with placeholder addresses', () => {
  const { supergraph, hints } = compose(subgraphsOfThisRepository());
  assert.deepEqual(hints, []);
  assert.match(supergraph, /TICKETS @join__graph\(name: "tickets", url: "http:\/\/tickets\/graphql"\)/);
});

test('schemas that do not fit together are refused with the reason', () => {
  const prices = { name: 'prices', sdl: 'type Event @key(fields: "id") { id: ID! name: Int! }' };
  assert.throws(() => compose([EVENTS, prices]), {
    name: 'Failure',
    message: /do not compose[^]*Event\.name/,
  });
});

test('a schema that does not parse is named', () => {
  assert.throws(() => compose([{ name: 'events', sdl: 'type {' }]), {
    name: 'Failure',
    message: /schema of events cannot be parsed[^]*apps\/events/,
  });
});

test('what composes but looks unintended is hinted at', () => {
  const talkative = (/** @type {string} */ text) => `"${text}" type Thing @key(fields: "id") { id: ID! }`;
  const { hints } = compose([
    { name: 'a', sdl: `type Query { thing: Thing } ${talkative('one')}` },
    { name: 'b', sdl: talkative('two') },
  ]);
  assert.match(hints.join(), /inconsistent descriptions/i);
});

test('a stale or missing file is refused with the cure', () => {
  const { supergraph } = compose([EVENTS]);
  assert.doesNotThrow(() => refuseStale(supergraph, supergraph));
  assert.throws(() => refuseStale(supergraph, `${supergraph}\n`), {
    name: 'Failure',
    message: /is not what[^]*npm run supergraph/,
  });
  assert.throws(() => refuseStale(supergraph, undefined), {
    name: 'Failure',
    message: /is missing[^]*npm run supergraph/,
  });
});
