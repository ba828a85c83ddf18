import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { HOUSE_FILE } from '#config';

/** What a launcher writes down of the house that it runs: `.tessera/house.json`. */
const houseRecord = z.object({
  url: z.url(),
  pid: z.int().positive(),
  services: z.record(z.string(), z.object({ url: z.url(), pid: z.int().positive().optional() })),
  engines: z.record(z.string(), z.object({ url: z.string(), pid: z.int().positive().optional() })),
});
export type HouseRecord = z.output<typeof houseRecord>;

/** There is no house to measure, or it may not be measured; the message says the cure. */
export class NoHouse extends Error {
  override readonly name = 'NoHouse';
}

export interface Component {
  readonly kind: 'service' | 'engine';
  readonly name: string;
  readonly url: string;
  readonly pid: number;
}

/** A Tessera that runs on this machine. */
export class House {
  constructor(
    /** What its launcher has written down. */
    readonly recordFile: string,
    /** Started by this run, and gone after it. */
    readonly isPrivate: boolean,
  ) {}

  get url(): string {
    return this.record().url;
  }

  /** Read anew each time: a component that was started again has another process id. @throws NoHouse */
  record(): HouseRecord {
    const found = readRecord(this.recordFile);
    if (!found) throw new NoHouse(`The house of ${this.recordFile} is not there any more.`);
    return found;
  }

  /** Those that run on this machine under the launcher; an engine that the environment names is somebody else's. */
  components(): Component[] {
    const { services, engines } = this.record();
    const of = (kind: Component['kind'], all: HouseRecord['engines']): Component[] =>
      Object.entries(all).flatMap(([name, { url, pid }]) =>
        pid === undefined ? [] : [{ kind, name, url, pid }],
      );
    return [...of('service', services), ...of('engine', engines)];
  }

  service(name: string): HouseRecord['services'][string] {
    const found = this.record().services[name];
    if (!found) throw new NoHouse(`The house runs without ${name}; start all of it with \`npm start\`.`);
    return found;
  }

  engineUrl(name: string): string {
    const found = this.record().engines[name];
    if (!found) throw new NoHouse(`The house runs without ${name}.`);
    return found.url;
  }

  /** A key of the house: whoever may read this file is its operator. @throws NoHouse */
  secret(name: string): string {
    const path = this.secretsFile();
    const kept: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const secret = z.record(z.string(), z.string()).safeParse(kept).data?.[name];
    if (secret === undefined) throw new NoHouse(`${path} has no ${name}.`);
    return secret;
  }

  secretsFile(): string {
    return join(dirname(this.recordFile), 'secrets.json');
  }

  logsFolder(): string {
    return join(dirname(this.recordFile), 'logs');
  }
}

/** Undefined when no house has written itself down there, or not in this form. */
export function readRecord(recordFile: string): HouseRecord | undefined {
  try {
    return houseRecord.safeParse(JSON.parse(readFileSync(recordFile, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

const ANSWER_LIMIT_MS = 5_000;

/** The house of this folder if it runs and answers. @throws NoHouse when it runs and does not answer. */
export async function findRunningHouse(recordFile = HOUSE_FILE): Promise<House | undefined> {
  const record = readRecord(recordFile);
  if (!record || !isAlive(record.pid)) return undefined;
  if (!isLoopback(new URL(record.url).hostname))
    throw new NoHouse(`${record.url} is not on this machine: benches and drills are for local houses only.`);
  if (!(await answers(record.url)))
    throw new NoHouse(`The house at ${record.url} runs but does not answer. Stop it, or use --private.`);
  return new House(recordFile, false);
}

/** As `URL.hostname` has it: IPv6 in brackets. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether the service at this address says within 5 s that it is ready. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
