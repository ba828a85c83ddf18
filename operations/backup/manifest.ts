import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refused } from '../house/tool.ts';

export const MANIFEST_FILE = 'manifest.json';
/** Of the layout of the folder. A backup of another one is refused. */
export const FORMAT = 1;

const packedFile = z.object({
  /** Relative to the folder of the backup. */
  path: z
    .string()
    .regex(/^[\w.\-/]+$/)
    .refine((path) => !path.split('/').includes('..'), 'leaves the folder'),
  /** Of the file as it lies there. */
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type PackedFile = z.output<typeof packedFile>;

const collection = z.object({
  /** Without the house's prefix. */
  database: z.string(),
  collection: z.string(),
  documents: z.int().min(0),
  file: packedFile,
});
export type SavedCollection = z.output<typeof collection>;

const partition = z.object({
  partition: z.int().min(0),
  /** Offsets from `from` to before `to`; those without a message were compacted away. */
  from: z.int().min(0),
  to: z.int().min(0),
  messages: z.int().min(0),
  file: packedFile.optional(),
});
export type SavedPartition = z.output<typeof partition>;

const topic = z.object({
  /** Without the house's prefix. */
  topic: z.string(),
  cleanupPolicy: z.string(),
  retentionMs: z.string(),
  partitions: z.array(partition).min(1),
});
export type SavedTopic = z.output<typeof topic>;

const manifest = z.object({
  format: z.literal(FORMAT),
  /** When writing stopped: everything acknowledged before is in the backup. */
  takenAt: z.iso.datetime(),
  /** For how long nothing could be written. */
  writesHeldMs: z.number(),
  commit: z.string().optional(),
  collections: z.array(collection),
  topics: z.array(topic),
  /** The house's own keys; absent where they are kept elsewhere. */
  secrets: packedFile.optional(),
});
export type Manifest = z.output<typeof manifest>;

/** @throws Refused when the folder holds no whole backup of this format */
export function readManifest(folder: string): Manifest {
  let text: string;
  try {
    text = readFileSync(join(folder, MANIFEST_FILE), 'utf8');
  } catch {
    throw new Refused(`${folder} holds no ${MANIFEST_FILE}: it is no backup, or one that was not finished.`);
  }
  const parsed = manifest.safeParse(parseJson(text));
  if (!parsed.success)
    throw new Refused(
      `${join(folder, MANIFEST_FILE)} is not one of format ${FORMAT}:\n${z.prettifyError(parsed.error)}`,
    );
  return parsed.data;
}

export function filesOf({ collections, topics, secrets }: Manifest): PackedFile[] {
  const ofTopics = topics.flatMap(({ partitions }) => partitions.flatMap(({ file }) => file ?? []));
  return [...collections.map(({ file }) => file), ...ofTopics, ...(secrets ? [secrets] : [])];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
