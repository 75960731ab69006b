// Numbers and times as people read them. The same value has the same words everywhere.

const byteUnits = ['KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `0 B`, `999 B`, `1.5 KB`, `112 MB`: decimal units, three significant digits at most, as Drive shows them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${String(Math.round(bytes))} B`;
  let value = bytes;
  let unit = -1;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${byteUnits[unit] ?? 'B'}`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 9950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return withRest(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(hours, 'h', minutes % 60, 'min');
  return withRest(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${String(whole)} ${unit}` : `${String(whole)} ${unit} ${String(rest)} ${restUnit}`;
}

/** `5 min`, `3 h`, `2 days`, rounded down: for what matters more than its exact length. At least a minute. */
export function formatRoughly(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  if (minutes < 60) return `${String(minutes)} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${String(hours)} h` : `${String(Math.floor(hours / 24))} days`;
}

/** `just now`, `5 min ago`, `3 h ago`, `yesterday`, `4 days ago`. A time in the future reads `just now`. */
export function formatAge(at: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(at)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${String(minutes)} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${String(hours)} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? 'yesterday' : `${String(days)} days ago`;
}

/** `62 %`; never `100 %` before all is done. */
export function formatPercent(done: number, total: number): string {
  if (total <= 0) return '0 %';
  const percent = Math.floor((done / total) * 100);
  return `${String(done >= total ? 100 : Math.min(99, Math.max(0, percent)))} %`;
}

/** `1 234 567` with thin groups, locale-free. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
}

/** `1 table`, `3 tables`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
