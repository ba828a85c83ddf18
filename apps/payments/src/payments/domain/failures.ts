import { Failure } from '#kernel';

/** The provider refused the method. Nothing was charged; the order may be paid with another. */
export class PaymentDeclined extends Failure {
  readonly code = 'PAYMENT_DECLINED';

  /** `declineCode` is stable, e.g. `CARD_DECLINED`. */
  constructor(readonly declineCode: string) {
    super(`The payment was declined (${declineCode}). Nothing was charged: try another method.`);
  }
}

/** The order's time to pay is over. */
export class PaymentExpired extends Failure {
  readonly code = 'PAYMENT_EXPIRED';

  constructor() {
    super("The order's time to pay is over. Place a new order.");
  }
}
