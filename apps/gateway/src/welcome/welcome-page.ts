const FIRST_QUERY = `{
  events(first: 5) {
    nodes {
      id
      name
      startsAt
      pricing { lowest { formatted } }
      availability { status available }
    }
  }
}`;

const FIRST_SUBSCRIPTION = `subscription ($eventId: ID!) {
  eventActivity(eventId: $eventId) {
    seq
    occurredAt
    ... on UnitsSold { units total { formatted } }
    ... on PriceMoved { price { formatted } }
    ... on TicketScanned { decision lane }
  }
}`;

/** Complete in itself: it must open on a machine without internet. `origin`: where clients reach the gateway. */
export const welcomePage = (origin: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tessera</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
  pre { padding: 1rem; overflow-x: auto; border: 1px solid; border-radius: .5rem }
</style>
<h1>Tessera</h1>
<p>One GraphQL endpoint for events, prices, tickets and the door: <code>POST ${origin}/graphql</code></p>
<h2>A first query</h2>
<pre>${FIRST_QUERY}</pre>
<p>From a shell:</p>
<pre>curl -s ${origin}/graphql \\
  -H 'content-type: application/json' \\
  -d '{"query": "{ events(first: 5) { nodes { id name startsAt } } }"}'</pre>
<p>Sign in with the mutation <code>signIn</code> and send <code>Authorization: Bearer &lt;accessToken&gt;</code>.
Except in production, any GraphQL client that is given the address shows the whole schema, each field with its description. A
failure that is to be expected is a member of a mutation's union: <code>... on Failure { code message }</code>.</p>
<h2>Live</h2>
<p>Subscriptions are served at the same address over WebSocket (protocol <code>graphql-transport-ws</code>);
the token goes into the connection's parameters as <code>authorization</code>. A client that was away sends the last
<code>seq</code> that it got as <code>extensions: { resume: seq }</code> and misses no sale.</p>
<pre>${FIRST_SUBSCRIPTION}</pre>
<h2>Operations</h2>
<ul>
  <li><a href="/health/live">/health/live</a></li>
  <li><a href="/health/ready">/health/ready</a></li>
  <li><a href="/metrics">/metrics</a></li>
</ul>
</html>
`;
