import { randomIds } from '#kernel';
import { issueVisitorToken, VISITOR_HEADER } from '#security';
import { GraphClient } from '#testing';
import { VISITOR_KEY } from './box-office.ts';

/** A client that sends the token which the gateway gave a visitor who came from `ip`. */
export class VisitorClient extends GraphClient {
  private constructor(
    endpoint: string,
    private readonly visitorToken: string,
    token?: string,
  ) {
    super(endpoint, token);
  }

  static from(graph: GraphClient, ip: string, key = VISITOR_KEY, since = new Date()): VisitorClient {
    const token = issueVisitorToken(key, { visitorId: randomIds.uuid(), ip, now: since });
    return new VisitorClient(graph.endpoint, token);
  }

  /** The same visitor, signed in. */
  override as(token: string | undefined): VisitorClient {
    return new VisitorClient(this.endpoint, this.visitorToken, token);
  }

  override ask(query: string, variables: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
    return super.ask(query, variables, { [VISITOR_HEADER]: this.visitorToken, ...headers });
  }
}
