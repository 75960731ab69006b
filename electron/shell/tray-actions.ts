// What a click in the tray's menu does: asks the engine, opens the window, or quits. A refusal becomes a notice.
import { describeError } from '../../shared/describe-error.ts';
import { assertNever, toWireError } from '../../shared/errors.ts';
import type { PgKeepClient } from '../../shared/ipc/contract.ts';
import { toPlace, type Place } from '../../shared/place.ts';
import type { TrayAction } from '../../shared/tray-model.ts';
import type { NoticeSink } from '../engine/base/ports.ts';

export interface TrayActionTargets {
  readonly engine: Pick<PgKeepClient, 'runs' | 'schedule'>;
  readonly notices: NoticeSink;
  readonly open: (page: Place['page']) => void;
  readonly setStartAtLogin: (isOn: boolean) => Promise<unknown>;
  readonly quit: () => void;
}

export function createTrayActions(targets: TrayActionTargets): (action: TrayAction) => void {
  const ask = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => {
      const { title, happened, toDo } = describeError(toWireError(error));
      targets.notices.send({ title, body: `${happened} ${toDo}`, urgency: 'critical', open: toPlace('overview') });
    });
  };
  return (action) => {
    switch (action.type) {
      case 'back-up-now':
        for (const jobId of action.jobIds) ask(targets.engine.runs.start({ jobId, trigger: 'user' }));
        return;
      case 'cancel-runs':
        for (const id of action.runIds) ask(targets.engine.runs.cancel({ id }));
        return;
      case 'pause-schedule':
        ask(targets.engine.schedule.pause({ kind: action.kind }));
        return;
      case 'resume-schedule':
        ask(targets.engine.schedule.resume());
        return;
      case 'start-at-login':
        ask(targets.setStartAtLogin(action.enabled));
        return;
      case 'open':
        targets.open(action.page);
        return;
      case 'quit':
        targets.quit();
        return;
      default:
        assertNever(action);
    }
  };
}
