import { Failure } from '#kernel';

/** The message is not the provider's, or not of now, or not understood. Nothing was done. */
export class InvalidWebhook extends Failure {
  readonly code = 'INVALID_WEBHOOK';
}

/** No provider of this name is set up. */
export class UnknownProvider extends Failure {
  readonly code = 'UNKNOWN_PROVIDER';

  constructor() {
    super('No payment provider of this name sends webhooks here.');
  }
}
