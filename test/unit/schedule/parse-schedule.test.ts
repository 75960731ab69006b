// Schedules as people write them.
import { describe, expect, it } from 'vitest';
import { parseTimeOfDay, parseWhen } from '../../../shared/parse-schedule.ts';
import { describeWhen, whenSchema } from '../../../shared/schedule.ts';

describe('a time of the day', () => {
  it.each([
    ['3', '03:00'],
    ['7:30', '07:30'],
    ['0730', '07:30'],
    [' 19:05 ', '19:05'],
    ['7:30 pm', '19:30'],
    ['12am', '00:00'],
    ['12 PM', '12:00'],
    ['24:00', null],
    ['7:60', null],
    ['13 pm', null],
    ['noon', null],
    ['', null],
  ])('“%s” is %s', (text, time) => {
    expect(parseTimeOfDay(text)).toBe(time);
  });
});

describe('a schedule', () => {
  it.each([
    ['off', 'by hand only'],
    ['daily', 'every day at 03:00'],
    ['daily@03:00', 'every day at 03:00'],
    ['Daily@03:00,15:00', 'every day at 03:00 and 15:00'],
    ['every day at 07:30 and 19:30', 'every day at 07:30 and 19:30'],
    ['weekly', 'Monday at 03:00'],
    ['weekly@mon,thu 22:30', 'Monday and Thursday at 22:30'],
    ['weekly on Sunday at 4:00', 'Sunday at 04:00'],
    ['every week on tuesdays at 11pm', 'Tuesday at 23:00'],
    ['hourly', 'every hour at :00'],
    ['hourly@15', 'every hour at :15'],
    ['every hour at :05', 'every hour at :05'],
    ['every 6 hours', 'every 6 hours, at 00:00 and so on'],
    ['every 4h@01:30', 'every 4 hours, at 01:30 and so on'],
    ['every 5 hours', null],
    ['monthly', 'the 1st of the month at 03:00'],
    ['monthly@last 23:00', 'the last day of the month at 23:00'],
    ['monthly on the 15th at 04:00', 'the 15th of the month at 04:00'],
    ['monthly@32', null],
    ['0 3 * * *', 'cron 0 3 * * *'],
    ['@daily', 'cron @daily'],
    ['daily@25:00', null],
    ['weekly@someday 03:00', null],
    ['daily@mon 03:00', null],
    ['0 3 * *', null],
    ['', null],
  ])('“%s” is %s', (text, words) => {
    const when = parseWhen(text);
    expect(when && describeWhen(whenSchema.parse(when))).toBe(words);
  });
});
