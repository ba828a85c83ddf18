/** How the demand for an event is spread over its sale window: `elapsed` runs from 0 (sales start) to 1 (sales end). */
export interface BookingCurve {
  /** g: demand per unit of elapsed window; integrates to 1. */
  density(elapsed: number): number;
  /** The share of all demand that has come by then: rises from 0 to 1. 1 minus this is G. */
  cumulative(elapsed: number): number;
}

export interface CurveShape {
  /** Share of the demand that comes in the burst when sales start. */
  readonly opening: number;
  /** Share of the demand that comes in the rush before sales end. What is left of 1 comes evenly. */
  readonly closing: number;
  /** How fast opening burst and closing rush fade, as a share of the window (the scale of an exponential). */
  readonly fade: number;
}

/** An even flow with an exponential burst at each end. */
export function bookingCurve({ opening, closing, fade }: CurveShape): BookingCurve {
  const even = 1 - opening - closing;
  const whole = 1 - Math.exp(-1 / fade);
  const burstBy = (time: number): number => (1 - Math.exp(-time / fade)) / whole;
  const burstAt = (time: number): number => Math.exp(-time / fade) / (fade * whole);
  return {
    density: (elapsed) => opening * burstAt(elapsed) + even + closing * burstAt(1 - elapsed),
    cumulative: (elapsed) =>
      opening * burstBy(elapsed) + even * elapsed + closing * (1 - burstBy(1 - elapsed)),
  };
}

/**
 * What is assumed of an event about whose organizer nothing is known: a fifth of the demand in a burst when sales start,
 * a fifth in a rush before they end, each fading over a twentieth of the window, and the rest evenly. Ticket sales are
 * known for both bursts; a curve without them would take the first hour of any sale for a triumph.
 */
export const DEFAULT_BOOKING_CURVE = bookingCurve({ opening: 0.2, closing: 0.2, fade: 0.05 });

export interface SaleWindow {
  readonly salesStartAt: Date;
  readonly salesEndAt: Date;
}

/** The share of all demand expected between two instants; 0 when `to` is not after `from`. */
export function shareBetween(
  window: SaleWindow,
  from: Date,
  to: Date,
  curve = DEFAULT_BOOKING_CURVE,
): number {
  return Math.max(0, curve.cumulative(elapsedAt(window, to)) - curve.cumulative(elapsedAt(window, from)));
}

/** G: the share of all demand still to come. */
export function remainingShare(window: SaleWindow, at: Date, curve = DEFAULT_BOOKING_CURVE): number {
  return shareBetween(window, at, window.salesEndAt, curve);
}

function elapsedAt({ salesStartAt, salesEndAt }: SaleWindow, at: Date): number {
  const length = salesEndAt.getTime() - salesStartAt.getTime();
  if (length <= 0) return at < salesEndAt ? 0 : 1;
  return Math.min(1, Math.max(0, (at.getTime() - salesStartAt.getTime()) / length));
}
