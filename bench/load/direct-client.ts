import { PAY, PAY_ALONE, type PaidOrder } from '../sale/documents.ts';
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

  async ask<V extends object, A>(
    operation: Operation<V, A>,
    variables: V,
    token: string | undefined,
    limitMs?: number,
  ): Promise<A> {
    if (operation.text !== PAY.text) return this.tickets.ask(operation, variables, token, limitMs);
    await this.payments.ask({ ...PAY_ALONE, types: undefined }, variables, token, limitMs);
    // What became of the order is a question to tickets, which the buyer asks next.
    const unsettled: PaidOrder = { order: { settled: null } };
    return unsettled as A;
  }

  close(): void {
    this.tickets.close();
    this.payments.close();
  }
}
