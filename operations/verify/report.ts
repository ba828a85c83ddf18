import { MAX_VIOLATIONS } from './invariant.ts';
import { isClean, type Verdict, type Verification } from './verify.ts';

/** Violations that are told one by one; of more only the number. */
const MAX_TOLD = 100;

/** What each violation means, and what to do. */
const RUNBOOK = 'docs/runbooks/violations.md';

/** For people: a line for each invariant, and under it a line for each violation; at the end what to do. */
export function asText(verification: Verification): string {
  const { unrest, verdicts } = verification;
  const unquiet =
    'What is on its way is not judged: verify again in a moment, or wait longer for it (--wait 60).';
  return [
    ...(unrest === undefined ? [] : [`The house is not quiet: ${unrest}. ${unquiet}`]),
    ...verdicts.flatMap(linesOf),
    conclusion(verification),
  ].join('\n');
}

function conclusion(verification: Verification): string {
  const { verdicts } = verification;
  const sum = (count: (verdict: Verdict) => number): number =>
    verdicts.reduce((before, verdict) => before + count(verdict), 0);
  const looked = `${sum(({ judged }) => judged)} things looked at in ${seconds(sum(({ tookMs }) => tookMs))}`;
  const warnings = sum((verdict) => verdict.warnings.size);
  const waiting = warnings === 0 ? '' : ` ${warnings} warnings wait for a person: ${RUNBOOK}`;
  if (isClean(verification)) return `All is well. ${looked}.${waiting}`;
  const broken = verdicts.filter(({ violations }) => violations.size > 0).map(({ name }) => name);
  return (
    `${sum(({ violations }) => violations.size)} violations of ${broken.join(', ')}. ${looked}. ` +
    `What they mean, and what to do: ${RUNBOOK}`
  );
}

/** For programs. */
export function asJson(verification: Verification): string {
  return JSON.stringify({
    clean: isClean(verification),
    quiet: verification.unrest === undefined,
    unrest: verification.unrest ?? null,
    invariants: verification.verdicts.map(({ name, judged, violations, warnings, unjudged, tookMs }) => ({
      name,
      judged,
      violations: violations.size,
      told: [...violations.values()].slice(0, MAX_TOLD),
      warnings: [...warnings.values()].slice(0, MAX_TOLD),
      unjudged: Object.fromEntries(unjudged),
      tookMs,
    })),
  });
}

function linesOf({ name, says, judged, violations, warnings, unjudged, tookMs }: Verdict): string[] {
  const told = [...violations.values()].slice(0, MAX_TOLD).map((text) => `    ${text}`);
  if (violations.size > MAX_TOLD) told.push(`    … and ${violations.size - MAX_TOLD} more`);
  told.push(...[...warnings.values()].slice(0, MAX_TOLD).map((text) => `    warning: ${text}`));
  const notes = [...unjudged].map(
    ([reason, count]) => `    not judged: ${count > 0 ? `${count} ` : ''}${reason}`,
  );
  const atLeast = violations.size < MAX_VIOLATIONS ? '' : 'at least ';
  const found = violations.size === 0 ? '' : `${atLeast}${violations.size} violations, `;
  const looked = judged === 0 ? 'nothing to look at' : `${judged} looked at`;
  const mark = violations.size === 0 ? '✓' : '✗';
  return [`${mark} ${name}: ${says} (${found}${looked}, ${seconds(tookMs)})`, ...told, ...notes];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
