import { VISITOR_HEADER } from '#security';
import { CannedHouse } from './canned-house.ts';
import { RunningGateway } from './running-gateway.ts';

const COMMAND = 'mutation { releaseHold(id: "H1") { __typename } }';
const QUESTION = '{ event(id: "E7") { availability { available } } }';

let house: CannedHouse;
let gateway: RunningGateway;

beforeAll(async () => {
  house = await CannedHouse.start();
  gateway = await RunningGateway.start(house);
});
afterAll(async () => {
  await gateway?.close();
  await house?.stop();
});
beforeEach(() => house.forget());

/** What tickets was told of the visitor, last. */
const told = () => house.tickets.requests.at(-1)?.headers[VISITOR_HEADER];

describe('a visitor who is not signed in', () => {
  it('is given a token with the first command, which counts as the visitor’s already', async () => {
    const { headers } = await gateway.graph.ask(COMMAND);
    const token = headers.get(VISITOR_HEADER);
    expect(token).toMatch(/^tv1\./);
    expect(told()).toBe(token);
    const next = await gateway.graph.ask(COMMAND, {}, { [VISITOR_HEADER]: token! });
    expect(next.headers.get(VISITOR_HEADER)).toBeNull();
    expect(told()).toBe(token);
    const question = await gateway.graph.ask(QUESTION, {}, { [VISITOR_HEADER]: token! });
    expect(question.data.event.availability.available).toBe(7);
    expect(told()).toBe(token);
  });

  it('gets another for one that is worthless, which no service sees', async () => {
    const { headers } = await gateway.graph.ask(COMMAND, {}, { [VISITOR_HEADER]: 'tv1.e30.x' });
    expect(headers.get(VISITOR_HEADER)).toMatch(/^tv1\./);
    expect(told()).toBe(headers.get(VISITOR_HEADER));
  });

  it('needs none to look around', async () => {
    const { headers } = await gateway.graph.ask(QUESTION);
    expect(headers.get(VISITOR_HEADER)).toBeNull();
    expect(told()).toBeUndefined();
  });
});

it('whoever is signed in is given none, and brings the one of before along', async () => {
  const { headers: before } = await gateway.graph.ask(COMMAND);
  const visitor = before.get(VISITOR_HEADER)!;
  const user = gateway.graph.as(await house.authority.token({ userId: 'U1' }));
  expect((await user.ask(COMMAND)).headers.get(VISITOR_HEADER)).toBeNull();
  expect(told()).toBeUndefined();
  await user.ask(COMMAND, {}, { [VISITOR_HEADER]: visitor });
  expect(told()).toBe(visitor);
});
