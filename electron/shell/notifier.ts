// Shows notices as desktop notifications; a click opens the window where the notice belongs.
import { Notification } from 'electron';
import type { Place } from '../../shared/place.ts';
import type { NoticeSink } from '../engine/base/ports.ts';

/** A notification that is not held is collected, and its click is lost. Old ones give way. */
const heldAtMost = 20;

export function createNotifier(onOpen: (place: Place) => void): NoticeSink {
  const held: Notification[] = [];
  return {
    send: (notice) => {
      if (!Notification.isSupported()) return;
      const notification = new Notification({ title: notice.title, body: notice.body, urgency: notice.urgency });
      const release = (): void => {
        const index = held.indexOf(notification);
        if (index >= 0) held.splice(index, 1);
      };
      notification.on('click', () => {
        release();
        onOpen(notice.open);
      });
      notification.on('close', release);
      held.push(notification);
      if (held.length > heldAtMost) held.shift();
      notification.show();
    },
  };
}
