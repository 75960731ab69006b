// The job form's values, and what a section of it is. A section has a file of its own in `sections/`; its values have the
// names of the draft's fields.
import { useForm } from '@mantine/form';
import type { ComponentType } from 'react';
import type { Connection } from '../../../shared/connection.ts';
import { jobDraftSchema, usualGroups, type Job } from '../../../shared/job.ts';
import { suggestedSchedule } from '../../../shared/schedule.ts';
import { checkForm } from '../../state/form-rules.ts';

/** A draft with every group filled in. */
export type JobValues = Omit<Job, 'id' | 'createdAt' | 'connectionId'> & {
  readonly connectionId: string;
  readonly startNow: boolean;
};
export type JobForm = ReturnType<typeof useJobForm>;

export interface SectionProps {
  readonly form: JobForm;
  /** Null for a new one. */
  readonly job: Job | null;
}

export interface JobSection {
  readonly value: string;
  readonly label: string;
  /** The beginnings of its values' names: a mistake in one of them is shown at the section's tab. */
  readonly fields: readonly string[];
  readonly Body: ComponentType<SectionProps>;
}

export interface JobFormFacts {
  readonly connections: readonly Connection[];
  /** A backup can go to Drive now. */
  readonly canStart: boolean;
}

export function useJobForm(job: Job | null, facts: JobFormFacts) {
  return useForm<JobValues>({
    initialValues: toJobValues(job, facts),
    validate: (values) => checkForm(jobDraftSchema, values),
  });
}

/** A new job runs every day, and for the first time at once, unless the person says otherwise. */
function toJobValues(job: Job | null, { connections, canStart }: JobFormFacts): JobValues {
  const [only, second] = connections;
  const fresh = { ...usualGroups, schedule: suggestedSchedule, name: '', database: '', connectionId: null };
  const { connectionId, ...values } = job ?? fresh;
  const startNow = job === null && canStart;
  return { ...values, connectionId: connectionId ?? (only && !second ? only.id : ''), startNow };
}

/** The sections with a mistake in them. */
export function listFaulty(sections: readonly JobSection[], errors: Readonly<Record<string, unknown>>): JobSection[] {
  const names = Object.keys(errors).filter((name) => errors[name] != null);
  return sections.filter(({ fields }) =>
    fields.some((field) => names.some((name) => name === field || name.startsWith(`${field}.`))),
  );
}
