import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { randomIds } from '#kernel';
import {
  CANCEL,
  DUPLICATE,
  EventDesk,
  inDays,
  ONE,
  REMOVE_IMAGE,
  REQUEST_UPLOAD,
} from '../../test/event-desk.ts';
import { jpeg, png } from '../../test/sample-images.ts';
import { SweepImages } from './application/sweep-images.ts';

let desk: EventDesk;

beforeAll(async () => {
  desk = await EventDesk.open();
});

afterAll(() => desk.close());

const picture = png(30, 20);
const announce = (eventId: string, over: Record<string, unknown> = {}) => ({
  eventId,
  contentType: 'image/png',
  bytes: picture.length,
  alt: 'The organ',
  ...over,
});

async function put(path: string, body: Uint8Array, type = 'image/png') {
  const response = await fetch(`${desk.service.url}${path}`, {
    method: 'PUT',
    body: new Uint8Array(body),
    headers: { 'content-type': type },
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: (await response.json()) as Record<string, unknown>,
  };
}

async function open(eventId: string, over: Record<string, unknown> = {}) {
  return desk.manager.expect('ImageUpload', REQUEST_UPLOAD, announce(eventId, over));
}

/** An event with an image, and the path under which that is served. */
async function shown() {
  const { id } = await desk.draft();
  const { url } = await open(id);
  const { body } = await put(url, picture);
  return { id: String(id), imageId: String(body['id']), path: String(body['url']) };
}

const imagesOf = async (id: string) => (await desk.manager.data(ONE, { id })).event.images;

describe('an upload', () => {
  it('makes the image part of the event when its bytes have come, however often they are sent', async () => {
    const { id } = await desk.draft();
    const { url, imageId } = await open(id);
    expect(await imagesOf(id)).toEqual([]);
    for (let times = 0; times < 2; times++) {
      expect(await put(url, picture)).toMatchObject({
        status: 201,
        body: { id: imageId, width: 30, height: 20 },
      });
    }
    expect(await imagesOf(id)).toEqual([
      {
        id: imageId,
        url: `/images/${imageId}`,
        alt: 'The organ',
        contentType: 'image/png',
        width: 30,
        height: 20,
      },
    ]);
  });

  it('leaves both when two come at once', async () => {
    const { id } = await desk.draft();
    const uploads = await Promise.all([1, 2, 3].map(() => open(id)));
    const answers = await Promise.all(uploads.map(({ url }) => put(url, picture)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await imagesOf(id)).toHaveLength(3);
  });

  it.each([
    ['what is no image', () => Buffer.from('<script>'), {}, 415, 'UNSUPPORTED_IMAGE'],
    ['another type than announced', () => jpeg(10, 10), {}, 415, 'UNSUPPORTED_IMAGE'],
    ['too many pixels', () => jpeg(8_000, 8_000), { contentType: 'image/jpeg' }, 422, 'UNUSABLE_IMAGE'],
    ['more bytes than announced', () => picture, { bytes: picture.length - 1 }, 413, 'IMAGE_TOO_LARGE'],
    ['far more', () => Buffer.concat([picture, Buffer.alloc(4_000_000)]), {}, 413, 'IMAGE_TOO_LARGE'],
  ])('is refused with %s, and leaves nothing', async (_, body, over, status, code) => {
    const { id } = await desk.draft();
    const { url, imageId } = await open(id, over);
    const answer = await put(url, body());
    expect(answer).toMatchObject({ status, type: 'application/problem+json', body: { status, code } });
    expect(answer.body['detail']).toEqual(expect.any(String));
    expect(await imagesOf(id)).toEqual([]);
    expect(await readdir(desk.imagesFolder)).not.toContain(imageId);
    expect(await readdir(join(desk.imagesFolder, 'incoming'))).toEqual([]);
  });

  it('that is refused leaves its connection to the next request', async () => {
    const { path } = await shown();
    const { id } = await desk.draft();
    const { url } = await open(id);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const status = (method: string, address: string, body?: Buffer) =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'image/png', 'content-length': body?.length ?? 0 };
        const sending = request(`${desk.service.url}${address}`, { agent, method, headers }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode));
        });
        sending.on('error', reject).end(body);
      });
    expect(await status('PUT', url, Buffer.alloc(4_000_000))).toBe(413);
    expect(await status('GET', path)).toBe(200);
    agent.destroy();
  });

  it('needs an address that was given out', async () => {
    expect(await put('/uploads/iu1.made.up', picture)).toMatchObject({
      status: 404,
      body: { code: 'UPLOAD_NOT_OPEN' },
    });
    expect(await put('/uploads/../../etc/passwd', picture)).toMatchObject({ status: 404 });
    const { id } = await desk.draft();
    expect((await put((await open(id)).url, picture, 'text/html')).status).toBe(415);
  });

  it('is for members who manage events, within limits', async () => {
    const { id } = await desk.draft();
    const ask = (graph: typeof desk.manager, type: string, over = {}) =>
      graph.expect(type, REQUEST_UPLOAD, announce(id, over));
    await ask(desk.anyone, 'NotSignedIn');
    await ask(await desk.as('BOX_OFFICE'), 'NotPermitted');
    await ask(await desk.as('OWNER', 'org-2'), 'NotFound');
    for (const [field, over] of [
      ['contentType', { contentType: 'image/svg+xml' }],
      ['bytes', { bytes: 5 * 1024 * 1024 + 1 }],
      ['alt', { alt: ' ' }],
    ] as const)
      expect(await ask(desk.manager, 'InvalidInput', over)).toMatchObject({ field });
    const events = desk.service.db.collection<{ _id: string }>('events');
    await events.updateOne(
      { _id: id },
      { $set: { images: Array.from({ length: 10 }, () => ({ id: randomIds.uuid() })) } },
    );
    await ask(desk.manager, 'TooManyImages');
  });

  it('comes too late for an event that was cancelled meanwhile', async () => {
    const { id } = await desk.onSale();
    const { url } = await open(id);
    await desk.manager.expect('Event', CANCEL, { id });
    expect(await put(url, picture)).toMatchObject({ status: 409, body: { code: 'WRONG_STATE' } });
    await desk.manager.expect('WrongState', REQUEST_UPLOAD, announce(id));
  });
});

describe('an image', () => {
  it('is served for good, with its type and nothing that could run', async () => {
    const { path, imageId } = await shown();
    const response = await fetch(`${desk.service.url}${path}`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(picture.length),
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
      etag: `"${imageId}"`,
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(picture)).toBe(true);
    const head = await fetch(`${desk.service.url}${path}`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String(picture.length),
      '',
    ]);
    const again = await fetch(`${desk.service.url}${path}`, { headers: { 'if-none-match': `"${imageId}"` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it.each(['nothing', randomIds.uuid(), '..%2f..%2fetc%2fpasswd', '%00'])(
    'is not found as %s',
    async (id) => {
      const response = await fetch(`${desk.service.url}/images/${id}`);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        404,
        'application/problem+json',
      ]);
    },
  );

  it('is gone once it is removed, but from copies of the event', async () => {
    const { id, imageId, path } = await shown();
    const copy = await desk.manager.expect('Event', DUPLICATE, { id, startsAt: inDays(90) });
    expect(copy.images).toMatchObject([{ id: imageId }]);
    const status = async () => (await fetch(`${desk.service.url}${path}`)).status;
    for (let times = 0; times < 2; times++) {
      const event = await desk.manager.expect('Event', REMOVE_IMAGE, { eventId: id, imageId });
      expect(event.images).toEqual([]);
    }
    expect(await status()).toBe(200);
    await desk.manager.expect('Event', REMOVE_IMAGE, { eventId: copy.id, imageId });
    expect(await status()).toBe(404);
    await (await desk.as('SCANNER')).expect('NotPermitted', REMOVE_IMAGE, { eventId: id, imageId });
  });
});

describe('the sweep', () => {
  it('removes what no event shows when it has found it so twice, and leaves the rest', async () => {
    const { imageId } = await shown();
    const orphan = randomIds.uuid();
    const fresh = randomIds.uuid();
    for (const id of [orphan, fresh]) {
      await mkdir(join(desk.imagesFolder, id));
      await writeFile(join(desk.imagesFolder, id, 'image'), picture);
    }
    await writeFile(join(desk.imagesFolder, 'incoming', 'cut-off'), 'half');
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    for (const name of [imageId, orphan, join('incoming', 'cut-off')])
      await utimes(join(desk.imagesFolder, name), longAgo, longAgo);
    const sweep = desk.service.app.get(SweepImages);
    await sweep.execute(new Date());
    expect(await readdir(desk.imagesFolder)).toEqual(expect.arrayContaining([imageId, orphan, fresh]));
    await sweep.execute(new Date());
    const left = await readdir(desk.imagesFolder);
    expect(left).toEqual(expect.arrayContaining([imageId, fresh]));
    expect(left).not.toContain(orphan);
    expect(await readdir(join(desk.imagesFolder, 'incoming'))).toEqual([]);
  });
});
