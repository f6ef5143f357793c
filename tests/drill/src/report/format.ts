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
  if (milliseconds < 59_950) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
