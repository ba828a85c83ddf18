import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type InvalidInput, parseInput, type Result } from '#kernel';
import type { Viewer } from '#security';
import { cartInput } from '../../inventory/domain/cart.ts';
import { DOOR_PAYMENTS, type Order } from '../domain/order.ts';
import { deskInput, type DeskFailure, PlaceDeskOrder } from './place-desk-order.ts';

/** Buyers at the door need not say who they are. */
const NAMELESS = 'Box office';

const input = cartInput.extend({
  ...deskInput,
  holderName: deskInput.holderName.nullish().transform((name) => name ?? NAMELESS),
  paidBy: z.enum(DOOR_PAYMENTS),
});

/** A member sells tickets for money that is taken at the door, at the price of this moment. */
@Injectable()
export class SellAtDoor {
  constructor(private readonly placeDeskOrder: PlaceDeskOrder) {}

  async execute(
    viewer: Viewer | undefined,
    raw: unknown,
  ): Promise<Result<Order, DeskFailure | InvalidInput>> {
    const parsed = parseInput(input, raw);
    if (!parsed.ok) return parsed;
    const { holderName: name, maxTotal, ...request } = parsed.value;
    return this.placeDeskOrder.execute(viewer, {
      ...request,
      channel: 'BOX_OFFICE',
      holder: { name },
      maxTotal: maxTotal ?? undefined,
    });
  }
}
