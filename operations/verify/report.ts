import { isClean, type Verdict, type Verification } from './verify.ts';

/** Violations that are told one by one; of more only the number. */
const MAX_TOLD = 100;

/** For people: a line for each invariant, and under it a line for each violation. */
export function asText(verification: Verification): string {
  const { unrest, verdicts } = verification;
  const violations = verdicts.reduce((sum, verdict) => sum + verdict.violations.size, 0);
  return [
    ...(unrest === undefined ? [] : [`The house is not quiet: ${unrest}.`]),
    ...verdicts.flatMap(linesOf),
    isClean(verification) ? 'All is well.' : `${violations} violations.`,
  ].join('\n');
}

/** For programs. */
export function asJson(verification: Verification): string {
  return JSON.stringify({
    clean: isClean(verification),
    quiet: verification.unrest === undefined,
    unrest: verification.unrest ?? null,
    invariants: verification.verdicts.map(({ name, judged, violations, warnings, unjudged }) => ({
      name,
      judged,
      violations: violations.size,
      told: [...violations.values()].slice(0, MAX_TOLD),
      warnings: [...warnings.values()].slice(0, MAX_TOLD),
      unjudged: Object.fromEntries(unjudged),
    })),
  });
}

function linesOf({ name, says, judged, violations, warnings, unjudged }: Verdict): string[] {
  const told = [...violations.values()].slice(0, MAX_TOLD).map((text) => `    ${text}`);
  if (violations.size > MAX_TOLD) told.push(`    … and ${violations.size - MAX_TOLD} more`);
  told.push(...[...warnings.values()].slice(0, MAX_TOLD).map((text) => `    warning: ${text}`));
  const notes = [...unjudged].map(
    ([reason, count]) => `    not judged: ${count > 0 ? `${count} ` : ''}${reason}`,
  );
  const outcome =
    violations.size === 0 ? `${judged} looked at` : `${violations.size} violations of ${judged}`;
  return [`${violations.size === 0 ? '✓' : '✗'} ${name}: ${says} (${outcome})`, ...told, ...notes];
}
