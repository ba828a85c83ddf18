/** The payments service cannot be reached, or does not answer in time. */
export class NoPaymentsAnswer extends Error {
  override readonly name = 'NoPaymentsAnswer';
}

export interface PassedOn {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Passes small requests that are no graph operations on to the payments service, byte by byte. */
export class PaymentsService {
  constructor(
    private readonly base: string,
    private readonly timeoutMs: number,
  ) {}

  /** @throws NoPaymentsAnswer */
  async pass({ method, path, headers, body }: PassedOn): Promise<{ response: Response; body: Buffer }> {
    try {
      const response = await fetch(`${this.base.replace(/\/$/, '')}${path}`, {
        method,
        headers,
        body: body && new Uint8Array(body),
        redirect: 'error',
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      return { response, body: Buffer.from(await response.arrayBuffer()) };
    } catch (error) {
      throw new NoPaymentsAnswer('the payments service does not answer', { cause: error });
    }
  }
}
