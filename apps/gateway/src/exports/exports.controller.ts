import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CORRELATION_HEADER, currentCorrelation, LOGGER, type Logger } from '#observability';
import { type Problem, sendProblem } from '#service';
import { ByteProxy, NoAnswer } from '../proxy/byte-proxy.ts';

/** Nest injection tokens of the way to `tickets`, and of how long it may take to begin an answer, in milliseconds. */
export const EXPORTS_PROXY = Symbol('ExportsProxy');
export const EXPORTS_TIMEOUT_MS = Symbol('ExportsTimeoutMs');

const EVENT_ID = /^[\w-]{1,100}$/;

/** What of the service's answer reaches the client. */
const ANSWER_HEADERS = [
  'content-type',
  'content-length',
  'content-disposition',
  'cache-control',
  'x-content-type-options',
] as const;

const NOT_THERE: Problem = { status: 404, code: 'NOT_FOUND', detail: 'There is nothing at this address.' };
const UNAVAILABLE: Problem = {
  status: 503,
  code: 'UNAVAILABLE',
  detail: 'Exports cannot be had at the moment: try again.',
};

/** The public side of exports: who may have one is judged by the service that writes it, by the caller's token. */
@Controller('exports')
export class ExportsController {
  constructor(
    @Inject(EXPORTS_PROXY) private readonly proxy: ByteProxy,
    @Inject(EXPORTS_TIMEOUT_MS) private readonly timeoutMs: number,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** HEAD comes here too: Fastify makes its route from this one. */
  @Get('events/:eventId/orders.csv')
  async orders(
    @Param('eventId') eventId: string,
    @Req() { method, headers }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!EVENT_ID.test(eventId)) return sendProblem(reply, NOT_THERE);
    const { authorization } = headers;
    try {
      const answer = await this.proxy.forward({
        method: method === 'HEAD' ? 'HEAD' : 'GET',
        path: `/exports/events/${eventId}/orders.csv`,
        headers: {
          ...(authorization === undefined ? {} : { authorization }),
          [CORRELATION_HEADER]: currentCorrelation()?.correlationId ?? '',
        },
        timeoutMs: this.timeoutMs,
      });
      void reply.status(answer.status);
      for (const name of ANSWER_HEADERS) {
        const value = answer.headers[name];
        if (value !== undefined) void reply.header(name, value);
      }
      void reply.send(answer.body);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.logger.warn({ err: error }, 'tickets does not answer about an export');
      sendProblem(reply, UNAVAILABLE);
    }
  }
}
