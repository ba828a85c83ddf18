import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { LocalServer } from '#testing';

export interface ReceivedImageRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The events service as images see it: what came, and an answer that a test chooses. */
export class CannedImages {
  readonly requests: ReceivedImageRequest[] = [];
  answer: (response: ServerResponse) => void = (response) => response.end();

  private constructor(private readonly server: LocalServer) {}

  static async start(): Promise<CannedImages> {
    const server = await LocalServer.start((request, response) => {
      images.take(request, response).catch(() => response.destroy());
    });
    const images = new CannedImages(server);
    return images;
  }

  get url(): string {
    return this.server.url;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    this.requests.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body,
    });
    this.answer(response);
  }
}
