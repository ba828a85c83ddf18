import { PAY } from '../sale/documents.ts';
import { type Asker, GraphClient, type Operation } from './graph-client.ts';

/** One client that asks the services themselves, past the gateway: payments to pay, tickets for everything else. */
export class DirectClient implements Asker {
  private readonly tickets: GraphClient;
  private readonly payments: GraphClient;

  constructor(
    urls: { readonly tickets: string; readonly payments: string },
    localAddress: string | undefined,
  ) {
    this.tickets = new GraphClient(urls.tickets, localAddress);
    this.payments = new GraphClient(urls.payments, localAddress);
  }

  ask<V extends object, A>(
    operation: Operation<V, A>,
    variables: V,
    token: string | undefined,
    limitMs?: number,
  ): Promise<A> {
    const service = operation.text === PAY.text ? this.payments : this.tickets;
    return service.ask(operation, variables, token, limitMs);
  }

  close(): void {
    this.tickets.close();
    this.payments.close();
  }
}
