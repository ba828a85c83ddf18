/**
 * An expected failure of a command or question. `code` is stable, documented and never reused; `message` is for people
 * and says the cause and, where there is one, the cure.
 *
 * The GraphQL type that stands for a failure is named after its code: `SOLD_OUT` is `type SoldOut implements Failure`.
 */
export abstract class Failure {
  abstract readonly code: string;

  constructor(readonly message: string) {}
}

/** An argument is outside its limits. `field` is its path from the command's own arguments, e.g. `lines.0.quantity`. */
export class InvalidInput extends Failure {
  readonly code = 'INVALID_INPUT';

  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

export class NotSignedIn extends Failure {
  readonly code = 'NOT_SIGNED_IN';

  constructor(message = 'Sign in first: send `Authorization: Bearer <accessToken>`.') {
    super(message);
  }
}

export class NotPermitted extends Failure {
  readonly code = 'NOT_PERMITTED';
}

/** Characters. */
const MOST_SHOWN = 100;

/** The thing does not exist, or is not visible to the one who asks: both read the same from outside. */
export class NotFound extends Failure {
  readonly code = 'NOT_FOUND';

  constructor(
    /** What kind of thing, e.g. `event`. */
    readonly what: string,
    readonly id: string,
  ) {
    super(`There is no ${what} ${shown(id)}.`);
  }
}

/** What was asked for, in a sentence: it comes from outside, of whatever length. */
function shown(id: string): string {
  if (id === '') return 'without an id';
  return id.length > MOST_SHOWN ? `${id.slice(0, MOST_SHOWN)}…` : id;
}

/** The thing is not in a state that allows the command. */
export class WrongState extends Failure {
  readonly code = 'WRONG_STATE';

  constructor(
    readonly currentState: string,
    message: string,
  ) {
    super(message);
  }
}

/** Nothing was changed; the same command may be sent again after `retryAfterMs`. */
export class RetryLater extends Failure {
  readonly code = 'RETRY_LATER';

  constructor(
    message: string,
    readonly retryAfterMs = 1_000,
  ) {
    super(message);
  }
}
