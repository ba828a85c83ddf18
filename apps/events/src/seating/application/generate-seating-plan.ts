import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { fail, InvalidInput, parseInput, type Result } from '#kernel';
import { requireTask, type Viewer } from '#security';
import { generateLayout, layoutOrder } from '../domain/generator/generate-layout.ts';
import type { SeatingPlan } from '../domain/seating-plan.ts';
import { type CreatePlanFailure, CreateSeatingPlan, planHeading } from './create-seating-plan.ts';

const heading = z.object(planHeading);

/** Makes a draft of a common shape, through the same rules as a layout that someone drew. */
@Injectable()
export class GenerateSeatingPlan {
  constructor(private readonly createSeatingPlan: CreateSeatingPlan) {}

  async execute(viewer: Viewer | undefined, input: unknown): Promise<Result<SeatingPlan, CreatePlanFailure>> {
    const named = parseInput(heading, input);
    if (!named.ok) return named;
    const order = parseInput(layoutOrder, input);
    if (!order.ok) return order;
    // Before the work, which strangers shall not cause.
    const permitted = requireTask(viewer, 'MANAGE_EVENTS', named.value.organizationId);
    if (!permitted.ok) return permitted;
    const plan = generateLayout(order.value);
    const created = await this.createSeatingPlan.execute(viewer, { ...named.value, plan });
    return created.ok ? created : fail(inTermsOfTheOrder(created.failure));
  }
}

/** Who ordered a layout has never seen it: what can be wrong with it is how many seats it was to have. */
function inTermsOfTheOrder(failure: CreatePlanFailure): CreatePlanFailure {
  if (!(failure instanceof InvalidInput) || !failure.field.startsWith('plan')) return failure;
  return new InvalidInput('seats', failure.message.replace(failure.field, 'seats'));
}
