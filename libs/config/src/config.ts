import { z } from 'zod';

/** A setting is missing or wrong. The message names settings and causes, never values: some are secrets. */
export class InvalidEnvironment extends Error {
  override readonly name = 'InvalidEnvironment';
}

/** `"true"`/`"false"` as the environment has them. */
export const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true');

function emptyIsNone<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema);
}

const mongo = {
  MONGODB_URI: z.url({ protocol: /^mongodb(\+srv)?$/ }),
  MONGODB_DATABASE_PREFIX: z
    .string()
    .regex(/^[\w-]*$/)
    .max(30)
    .default('tessera_'),
  /** Whether the engine has sessions; without them writes cannot be retried by the driver. */
  MONGODB_SESSIONS: flag(true),
};

const redis = {
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  REDIS_KEY_PREFIX: z.string().max(60).default(''),
};

const kafka = {
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$/, 'must be host:port[,host:port]')
    .transform((text) => text.split(',')),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[\w.-]*$/)
    .max(60)
    .default(''),
  /** Most partitions of a topic that is made; without it as many as its contract says. */
  KAFKA_PARTITIONS: z.coerce.number().int().min(1).max(1_000).optional(),
  KAFKA_TLS: flag(false),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
};

const http = {
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** Whose word about a client's address counts: addresses or networks with commas, as behind a load balancer. */
  TRUSTED_PROXIES: z.string().min(1).default('loopback'),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
};

const auth = {
  /** Where auth answers: its key set verifies access tokens. */
  AUTH_URL: z.url({ protocol: /^https?$/ }),
};

/** The standard names of OpenTelemetry; an empty value is none, for compose files cannot leave a variable out. */
const traces = {
  /** A collector's base address; spans go to its `/v1/traces`. */
  OTEL_EXPORTER_OTLP_ENDPOINT: emptyIsNone(z.url({ protocol: /^https?$/ }).optional()),
  /** The whole address for spans, if it is not at the usual place. */
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: emptyIsNone(z.url({ protocol: /^https?$/ }).optional()),
  OTEL_SDK_DISABLED: flag(false),
};

/** Groups of settings that a service may ask for, to be spread into its own schema. */
export const settings = { http, auth, mongo, redis, kafka, traces };

/** 32 random bytes in base64url. */
export const secretKey = z
  .string()
  .regex(/^[\w-]{43}$/, 'must be 32 bytes in base64url')
  .transform((text) => Buffer.from(text, 'base64url'));

export type HttpSettings = z.output<z.ZodObject<typeof http>>;
export type AuthSettings = z.output<z.ZodObject<typeof auth>>;
export type MongoSettings = z.output<z.ZodObject<typeof mongo>>;
export type RedisSettings = z.output<z.ZodObject<typeof redis>>;
export type KafkaSettings = z.output<z.ZodObject<typeof kafka>>;

/** The environment parsed once into typed values. @throws InvalidEnvironment naming every setting that is wrong. */
export function parseEnvironment<S extends z.ZodRawShape>(
  shape: S,
  environment: Record<string, string | undefined> = process.env,
): z.output<z.ZodObject<S>> {
  const parsed = z.object(shape).safeParse(environment);
  if (parsed.success) return parsed.data;
  const causes = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return environment[name] === undefined ? `${name} is not set` : `${name}: ${issue.message}`;
  });
  throw new InvalidEnvironment(`The environment is not valid: ${causes.join('; ')}.`);
}
