import type { PaymentProvider } from './payment-provider.ts';

/** The providers that are set up here: a payment stays with the one that it was begun with, whichever is new. */
export class PaymentProviders {
  private readonly byName: ReadonlyMap<string, PaymentProvider>;

  constructor(
    providers: readonly PaymentProvider[],
    /** Where new payments go. */
    readonly current: PaymentProvider,
  ) {
    this.byName = new Map(providers.map((provider) => [provider.name, provider]));
  }

  find(name: string): PaymentProvider | undefined {
    return this.byName.get(name);
  }

  /** @throws when the settings of a provider with payments were taken away; its operations wait until they are back */
  of({ provider: name }: { readonly provider: string }): PaymentProvider {
    const provider = this.byName.get(name);
    if (!provider) throw new Error(`the payment provider ${name} is not set up here`);
    return provider;
  }
}
