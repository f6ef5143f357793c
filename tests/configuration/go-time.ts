const parts: readonly (readonly [layout: string, group: string])[] = [
  ['2006', '(?<year>\\d{4})'],
  ['01', '(?<month>\\d\\d)'],
  ['02', '(?<day>\\d\\d)'],
  ['15', '(?<hour>\\d\\d)'],
  ['04', '(?<minute>\\d\\d)'],
  ['05', '(?<second>\\d\\d)'],
];

/** Time zones of a layout, and how they look. */
const zones: readonly (readonly [layout: string, group: string])[] = [
  ['Z07:00', '(?<zone>Z|[+-]\\d\\d:\\d\\d)'],
  ['-07:00', '(?<zone>[+-]\\d\\d:\\d\\d)'],
  ['-0700', '(?<zone>[+-]\\d{4})'],
];

const layouts: Readonly<Record<string, string>> = { RFC3339Nano: '2006-01-02T15:04:05.999999999Z07:00' };

/**
 * The moment that a text means under a layout of Go's package time, or undefined if it does not fit. As in Promtail,
 * a layout without a year means this one. Without a zone it is UTC.
 */
export function goTime(text: string, layout: string): Date | undefined {
  let pattern = (layouts[layout] ?? layout).replace(/\.9+/, '(?<fraction>@)');
  for (const [from, to] of zones) pattern = pattern.replace(from, to);
  for (const [from, to] of parts) pattern = pattern.replace(from, to);
  // Go takes a fraction of a second whether or not the layout has one.
  pattern = pattern
    .replace('(?<fraction>@)', '')
    .replace('(?<second>\\d\\d)', '(?<second>\\d\\d(?:\\.\\d+)?)');
  const found = new RegExp(`^${pattern}$`).exec(text)?.groups;
  if (!found) return undefined;
  const {
    year = String(new Date().getUTCFullYear()),
    month,
    day,
    hour,
    minute,
    second = '0',
    zone = 'Z',
  } = found;
  const [whole, fraction = ''] = second.split('.');
  const colon = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  return new Date(
    `${year}-${month}-${day}T${hour}:${minute}:${whole}.${fraction.padEnd(3, '0').slice(0, 3)}${colon}`,
  );
}
