import { addAbortSignal, Readable } from 'node:stream';
import { Controller, Get, Headers, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessTokens, bearerToken, InvalidAccessToken, type Viewer } from '#security';
import { type Problem, sendProblem } from '#service';
import { ExportOrders, type ExportOrdersFailure } from '../application/export-orders.ts';

const STATUS: Record<ExportOrdersFailure['code'], number> = {
  NOT_SIGNED_IN: 401,
  NOT_PERMITTED: 403,
  NOT_FOUND: 404,
  RETRY_LATER: 503,
};
/** Who takes longer keeps others from exporting. */
const LONGEST_MS = 10 * 60_000;

const BAD_TOKEN: Problem = {
  status: 401,
  code: 'UNAUTHENTICATED',
  detail: 'The access token is not valid any more: sign in again.',
};

/** What is too long for a page of the graph. */
@Controller('exports')
export class ExportsController {
  constructor(
    private readonly exportOrders: ExportOrders,
    private readonly tokens: AccessTokens,
  ) {}

  /** HEAD comes here too: Fastify makes its route from this one. */
  @Get('events/:eventId/orders.csv')
  async orders(
    @Param('eventId') eventId: string,
    @Headers('authorization') authorization: string | undefined,
    @Req() { method }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const caller = await this.identify(authorization);
    if (!caller) return sendProblem(reply, BAD_TOKEN);
    const exported = await this.exportOrders.execute(caller.viewer, eventId);
    if (!exported.ok) {
      const { code, message } = exported.failure;
      return sendProblem(reply, { status: STATUS[code], code, detail: message });
    }
    void reply.headers({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="orders-${eventId}.csv"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    if (method === 'HEAD') await exported.value.return(undefined);
    const chunks = Readable.from(exported.value);
    void reply.send(addAbortSignal(AbortSignal.timeout(LONGEST_MS), chunks));
  }

  /** Undefined when there is a token and it is worth nothing. */
  private async identify(
    authorization: string | undefined,
  ): Promise<{ viewer: Viewer | undefined } | undefined> {
    if (!authorization) return { viewer: undefined };
    const token = bearerToken(authorization);
    if (!token) return undefined;
    try {
      return { viewer: (await this.tokens.verify(token)).viewer };
    } catch (error) {
      if (error instanceof InvalidAccessToken) return undefined;
      throw error;
    }
  }
}
