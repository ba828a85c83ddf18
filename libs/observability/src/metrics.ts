import { Controller, Get, Header } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, register } from 'prom-client';

/** One registry per process: prom-client's own. */
let collecting = false;

export function collectProcessMetrics(service: string): void {
  if (collecting) return;
  collecting = true;
  register.setDefaultLabels({ service });
  collectDefaultMetrics();
}

export function counter<L extends string>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
  const known = register.getSingleMetric(name) as Counter<L> | undefined;
  return known ?? new Counter({ name, help, labelNames: [...labels] });
}

export function gauge<L extends string>(name: string, help: string, labels: readonly L[] = []): Gauge<L> {
  const known = register.getSingleMetric(name) as Gauge<L> | undefined;
  return known ?? new Gauge({ name, help, labelNames: [...labels] });
}

/** A histogram of seconds with buckets from 1 ms to 10 s. */
export function durations<L extends string>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Histogram<L> {
  const known = register.getSingleMetric(name) as Histogram<L> | undefined;
  const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  return known ?? new Histogram({ name, help, labelNames: [...labels], buckets });
}

/** Prometheus' text format. */
@Controller()
export class MetricsController {
  @Get('metrics')
  @Header('content-type', register.contentType)
  metrics(): Promise<string> {
    return register.metrics();
  }
}
