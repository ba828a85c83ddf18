import { DEFAULT_PITCH_M, type PlanLayout, type RowLayout, type SectionLayout } from './plan-layout.ts';
import { type Seat, seatsOf } from './seats.ts';

/** Colours of the groups of sections, in their order; the last one is for all that follow. */
const COLOURS = ['#2a6f97', '#468faf', '#89c2d9'];
const ACCESSIBLE_COLOUR = '#d1495b';
/** Diameter of a dot, in metres. */
const DOT_M = 0.34;
/** Of the way from seat to seat. */
const BEYOND = 0.3;

/**
 * A layout as SVG, a metre to a unit. A run is one path of round dashes without length, one for each seat: some forty
 * bytes instead of as many for each seat.
 */
export function drawingOf(layout: PlanLayout): string {
  const { stage, bounds, sections } = layout;
  const width = bounds.maxX - bounds.minX;
  const height = bounds.maxY - bounds.minY;
  const corner = { x: decimal(stage.x - stage.width / 2), y: decimal(stage.y - stage.depth / 2) };
  const groups = [...Map.groupBy(sections, ({ group, name }) => group ?? name).values()];
  const accessible = sections.flatMap((section) =>
    section.rows.flatMap((row) => seatsOf(row, section).filter(({ isAccessible }) => isAccessible)),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${bounds.minX} ${bounds.minY} ${width} ${height}" width="800">`,
    `<rect x="${bounds.minX}" y="${bounds.minY}" width="${width}" height="${height}" fill="#fff"/>`,
    `<rect x="${corner.x}" y="${corner.y}" width="${stage.width}" height="${stage.depth}" rx="1" fill="#dde3e8"/>`,
    ...groups.map((members, i) =>
      dots(COLOURS[Math.min(i, COLOURS.length - 1)] ?? '', members.flatMap(pathsOf)),
    ),
    dots(
      ACCESSIBLE_COLOUR,
      accessible.map(({ x, y }) => `M${decimal(x)} ${decimal(y)}h.1`),
    ),
    '</svg>\n',
  ].join('\n');
}

function dots(colour: string, paths: readonly string[]): string {
  const dashes = `stroke-dasharray="0 ${DEFAULT_PITCH_M}"`;
  return `<path fill="none" stroke="${colour}" stroke-width="${DOT_M}" stroke-linecap="round" ${dashes} d="${paths.join('')}"/>`;
}

/** A path for each run of the section's rows. A dash pattern begins anew with each. */
function pathsOf(section: SectionLayout): string[] {
  return section.rows.flatMap((row) => {
    const seats = seatsOf(row, section);
    let start = 0;
    return row.runs.flatMap(({ count }) => {
      const run = seats.slice(start, start + count);
      start += count;
      return pathOf(run, row);
    });
  });
}

function pathOf(run: readonly Seat[], { radius }: RowLayout): string[] {
  const first = run.at(0);
  const last = run.at(-1);
  if (!first || !last) return [];
  const before = run.at(-2) ?? { x: last.x - DEFAULT_PITCH_M, y: last.y };
  // A little beyond the last seat, so that rounding does not lose its dot.
  const x = decimal(last.x + BEYOND * (last.x - before.x));
  const y = decimal(last.y + BEYOND * (last.y - before.y));
  const start = `M${decimal(first.x)} ${decimal(first.y)}`;
  if (radius === undefined) return [`${start}L${x} ${y}`];
  const sweep = radius > 0 ? 1 : 0;
  const size = decimal(Math.abs(radius));
  return [`${start}A${size} ${size} 0 0 ${sweep} ${x} ${y}`];
}

function decimal(metres: number): number {
  return Math.round(metres * 100) / 100;
}
