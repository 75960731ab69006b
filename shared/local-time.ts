// Times as people read them in messages: in their own zone, which is named. Pure; the zone is an IANA name.

/** `Wed 25 Nov 2026, 03:00 CET`. */
export function formatLocal(at: string | Date, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
    ...{ hourCycle: 'h23', timeZoneName: 'short', timeZone: zone },
  }).formatToParts(typeof at === 'string' ? new Date(at) : at);
  const get = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  const day = `${get('weekday')} ${get('day')} ${get('month')} ${get('year')}`;
  return `${day}, ${get('hour')}:${get('minute')} ${get('timeZoneName')}`;
}

export interface LocalClock {
  /** 0 for Sunday. */
  readonly weekday: number;
  /** Minutes since midnight. */
  readonly minutes: number;
  /** `2026-11-25`. */
  readonly day: string;
}

/** What a clock on the wall of that zone shows. */
export function toLocalClock(at: Date, zone: string): LocalClock {
  const parts = new Intl.DateTimeFormat('en-CA', {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', weekday: 'short' },
    ...{ hourCycle: 'h23', timeZone: zone },
  }).formatToParts(at);
  const get = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  return {
    weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(get('weekday').slice(0, 3)),
    minutes: Number(get('hour')) * 60 + Number(get('minute')),
    day: `${get('year')}-${get('month')}-${get('day')}`,
  };
}

/** True for a name that this computer's list of zones knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** This computer's own zone. */
export function systemZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
