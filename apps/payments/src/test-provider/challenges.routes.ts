import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { rawBodies } from '#service';
import { answeredPage, challengePage, OVER_PAGE } from './challenge-page.ts';
import { Challenges, CHALLENGES_PATH } from './challenges.ts';
import { Decisions } from './decisions.ts';
import { IntentBook } from './intent-book.ts';

/** A form without fields. */
const MAX_FORM_BYTES = 1_024;

type PageRequest = FastifyRequest<{ Params: { token: string; answer?: string } }>;

/** The page at which a buyer approves or denies a payment, in the place of a bank's. */
@Injectable()
export class ChallengesRoutes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly challenges: Challenges,
    private readonly decisions: Decisions,
    private readonly book: IntentBook,
  ) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    const tooLarge = { status: 413, code: 'FORM_TOO_LARGE', detail: 'The form has no fields.' };
    const routes = rawBodies({ maxBytes: MAX_FORM_BYTES, tooLarge }, (scope) => {
      scope.get(`${CHALLENGES_PATH}/:token`, (request: PageRequest, reply) => this.show(request, reply));
      scope.post(`${CHALLENGES_PATH}/:token/:answer`, (request: PageRequest, reply) =>
        this.answer(request, reply),
      );
    });
    void fastify.register(routes);
  }

  private async show({ params: { token } }: PageRequest, reply: FastifyReply): Promise<FastifyReply> {
    const intentId = this.challenges.intentOf(token);
    const waiting =
      intentId && (await this.book.intents.whole.findOne({ _id: intentId, 'pending.waitsFor': 'BUYER' }));
    return waiting
      ? html(reply, 200, challengePage(waiting, `${CHALLENGES_PATH}/${token}`))
      : html(reply, 404, OVER_PAGE);
  }

  private async answer(
    { params: { token, answer } }: PageRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const intentId = this.challenges.intentOf(token);
    if (intentId === undefined || (answer !== 'approve' && answer !== 'deny'))
      return html(reply, 404, OVER_PAGE);
    const isApproved = answer === 'approve';
    const isTaken = await this.decisions.answerChallenge(intentId, isApproved);
    return isTaken ? html(reply, 200, answeredPage(isApproved)) : html(reply, 409, OVER_PAGE);
  }
}

function html(reply: FastifyReply, status: number, page: string): FastifyReply {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  };
  return reply.status(status).headers(headers).send(page);
}
