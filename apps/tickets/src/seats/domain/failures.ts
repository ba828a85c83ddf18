import { Failure, RetryLater } from '#kernel';

/** Somebody else holds or has bought seats that were chosen. */
export class SeatTaken extends Failure {
  readonly code = 'SEAT_TAKEN';

  constructor(readonly seatIds: readonly string[]) {
    super(
      seatIds.length === 1
        ? `Seat ${seatIds.join()} is not free any more: choose another.`
        : `Seats ${seatIds.join(', ')} are not free any more: choose others.`,
    );
  }
}

/** The stock was built for other seats than these were chosen from: the event has been changed a moment ago. */
export class SeatingChanged extends RetryLater {
  constructor() {
    super("The event's seats are being loaded.", 200);
  }
}
