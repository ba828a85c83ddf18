import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type InvalidInput, parseInput, type Result } from '#kernel';
import type { Viewer } from '#security';
import { cartInput } from '../../inventory/domain/cart.ts';
import type { Order } from '../domain/order.ts';
import { deskInput, type DeskFailure, PlaceDeskOrder } from './place-desk-order.ts';

const input = cartInput.pick({ eventId: true, lines: true }).extend({
  ...deskInput,
  holderEmail: z
    .email()
    .max(254)
    .nullish()
    .transform((email) => email?.toLowerCase()),
});

/** A member gives tickets away. */
@Injectable()
export class IssueComplimentary {
  constructor(private readonly placeDeskOrder: PlaceDeskOrder) {}

  async execute(
    viewer: Viewer | undefined,
    raw: unknown,
  ): Promise<Result<Order, DeskFailure | InvalidInput>> {
    const parsed = parseInput(input, raw);
    if (!parsed.ok) return parsed;
    const { holderName: name, holderEmail: email, ...request } = parsed.value;
    return this.placeDeskOrder.execute(viewer, {
      ...request,
      channel: 'COMPLIMENTARY',
      holder: { name, email },
    });
  }
}
