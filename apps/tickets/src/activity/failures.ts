import { Failure } from '#kernel';

/** The place to resume from lies before what the sales log still has. */
export class ResumeExpired extends Failure {
  readonly code = 'RESUME_EXPIRED';

  constructor(readonly seq: number) {
    super(
      `What came right after ${seq} is not kept any more. Read \`sales\` and subscribe with its \`seq\` as \`extensions.resume\`.`,
    );
  }
}

/** The subscriber took less than came. What it got is without a gap. */
export class Lagged extends Failure {
  readonly code = 'LAGGED';

  constructor() {
    super(
      'The subscriber was too slow: subscribe again, with the last `seq` that came as `extensions.resume`.',
    );
  }
}
