// Point 2: when Google refuses an id that a file has already, and whether the id of a dead session can be used again.
import type { LiveContext } from '../context.ts';
import type { Finding } from '../finding.ts';

const data = Buffer.from('PgKeep live check\n');

export async function lookAtIds({ drive }: LiveContext): Promise<readonly Finding[]> {
  return [await lookAtUsedId(drive), await lookAtDeadId(drive)];
}

async function lookAtUsedId(drive: LiveContext['drive']): Promise<Finding> {
  const id = await drive.newId();
  await drive.upload({ id, name: 'used id' }, data);
  const { answer, uri } = await drive.startSession({ id, name: 'used id' }, data.length);
  if (uri === null) return toFinding(`the start with a used id: ${answer.status}`, answer.status, 'start');
  const end = await drive.session(uri, null, data);
  return toFinding(`the end with a used id: ${end.status}`, end.status, 'end');
}

function toFinding(seen: string, status: number, usedIdRefusedAt: 'start' | 'end'): Finding {
  return { point: 2, seen, means: status === 409 ? { usedIdRefusedAt } : null };
}

async function lookAtDeadId(drive: LiveContext['drive']): Promise<Finding> {
  const id = await drive.newId();
  const { uri } = await drive.startSession({ id, name: 'id of a dead session' }, data.length);
  if (uri !== null) await drive.cancelSession(uri);
  const again = await drive.upload({ id, name: 'id of a dead session' }, data);
  const isStored = again.status === 200 || again.status === 201;
  const seen = `an id whose session was cancelled, once more: ${again.status}`;
  const means = isStored ? ({ idOfDeadSession: 'free' } as const) : ({ idOfDeadSession: 'used' } as const);
  return { point: 2, seen, means: isStored || again.status === 409 ? means : null };
}
