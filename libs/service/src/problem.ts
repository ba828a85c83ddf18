import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';

/** What went wrong with an HTTP request, as RFC 9457 has it. `code` is stable; `detail` is for people: cause and cure. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** Answers with a problem document. It is never cached: the same request may succeed later. */
export function sendProblem(reply: FastifyReply, { status, code, detail }: Problem): void {
  const document = { type: 'about:blank', title: STATUS_CODES[status], status, code, detail };
  void reply
    .status(status)
    .headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
    // As bytes: to text Fastify would add a charset, which this media type does not have.
    .send(Buffer.from(JSON.stringify(document)));
}
