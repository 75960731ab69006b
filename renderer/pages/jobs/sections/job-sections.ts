// The sections of the job form in their order. A new one is a file beside this one and a line here.
import type { JobSection } from '../job-form.ts';
import { AdvancedSection } from './advanced-section.tsx';
import { LeaveOutSection } from './leave-out-section.tsx';
import { KeepSection } from './keep-section.tsx';
import { AlertsSection } from './alerts-section.tsx';
import { WhatSection } from './what-section.tsx';
import { WhenSection } from './when-section.tsx';

const leaveOutFields = [
  ...['dump.includeSchemas', 'dump.excludeSchemas', 'dump.includeTables', 'dump.excludeTables', 'dump.excludeData'],
  ...['dump.largeObjects', 'dump.excludeDatabases'],
];

export const jobSections: readonly JobSection[] = [
  { value: 'what', label: 'What', fields: ['name', 'connectionId', 'scope', 'database'], Body: WhatSection },
  { value: 'leave-out', label: 'Leave out', fields: leaveOutFields, Body: LeaveOutSection },
  { value: 'when', label: 'When', fields: ['schedule'], Body: WhenSection },
  { value: 'keep', label: 'Keep', fields: ['retention'], Body: KeepSection },
  { value: 'alerts', label: 'Alerts', fields: ['alerts'], Body: AlertsSection },
  {
    value: 'advanced',
    label: 'Advanced',
    fields: ['dump.format', 'dump.lockTimeoutSeconds', 'dump.statementTimeoutSeconds', 'hooks'],
    Body: AdvancedSection,
  },
];
