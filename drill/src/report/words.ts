/** 1234567 -> "1,234,567" */
export function count(value: number): string {
  return value.toLocaleString('en-SG', { maximumFractionDigits: 0 });
}

/** Minor units as a sum of money: 123456 -> "1,234.56" */
export function money(minorUnits: number): string {
  return (minorUnits / 100).toLocaleString('en-SG', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** 754000 -> "12 min 34 s", 3200 -> "3.2 s" */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
