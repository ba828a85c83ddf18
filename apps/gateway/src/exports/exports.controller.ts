import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '#service';
import { ByteProxy, chosen, type Passage } from '../proxy/byte-proxy.ts';
import { NOT_THERE, unavailable } from '../proxy/problems.ts';

/** Nest injection tokens of the way to `tickets`, and of how long it may take to begin an answer, in milliseconds. */
export const EXPORTS_PROXY = Symbol('ExportsProxy');
export const EXPORTS_TIMEOUT_MS = Symbol('ExportsTimeoutMs');

const EVENT_ID = /^[\w-]{1,100}$/;

const PASSAGE: Passage = {
  answerHeaders: [
    'content-type',
    'content-length',
    'content-disposition',
    'cache-control',
    'x-content-type-options',
  ],
  unavailable: unavailable('Exports cannot be had at the moment: try again.'),
};

/** The public side of exports: who may have one is judged by the service that writes it, by the caller's token. */
@Controller('exports')
export class ExportsController {
  constructor(
    @Inject(EXPORTS_PROXY) private readonly proxy: ByteProxy,
    @Inject(EXPORTS_TIMEOUT_MS) private readonly timeoutMs: number,
  ) {}

  /** HEAD comes here too: Fastify makes its route from this one. */
  @Get('events/:eventId/orders.csv')
  async orders(
    @Param('eventId') eventId: string,
    @Req() { method, headers }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!EVENT_ID.test(eventId)) return sendProblem(reply, NOT_THERE);
    const forwarded = {
      method: method === 'HEAD' ? 'HEAD' : 'GET',
      path: `/exports/events/${eventId}/orders.csv`,
      headers: chosen(headers, ['authorization']),
      timeoutMs: this.timeoutMs,
    } as const;
    await this.proxy.pass(reply, forwarded, PASSAGE);
  }
}
