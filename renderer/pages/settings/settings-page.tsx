// Settings in tabs; the address says which, so that an error's button can lead to the right one.
import { Tabs } from '@mantine/core';
import { Page } from '../../parts/page.tsx';
import { goTo, useRoute } from '../../state/route.ts';
import { AboutTab } from './about-tab.tsx';
import { ChecksTab } from './checks-tab.tsx';
import { ConnectionsTab } from './connections-tab.tsx';
import { GeneralTab } from './general-tab.tsx';
import { GoogleTab } from './google-tab.tsx';
import { KeyTab } from './key-tab.tsx';
import { MailTab } from './mail-tab.tsx';
import { NotificationsTab } from './notifications-tab.tsx';
import { ToolsTab } from './tools-tab.tsx';
import { PrivacyTab } from './privacy-tab.tsx';

const tabs = [
  { value: 'connections', label: 'Connections', content: ConnectionsTab },
  { value: 'google', label: 'Google account', content: GoogleTab },
  { value: 'key', label: 'Encryption key', content: KeyTab },
  { value: 'mail', label: 'Mail', content: MailTab },
  { value: 'notifications', label: 'Notifications', content: NotificationsTab },
  { value: 'general', label: 'General', content: GeneralTab },
  { value: 'programs', label: 'Programs', content: ToolsTab },
  { value: 'privacy', label: 'Privacy', content: PrivacyTab },
  { value: 'checks', label: 'Check-up', content: ChecksTab },
  { value: 'about', label: 'About', content: AboutTab },
] as const;

export function SettingsPage() {
  const { params } = useRoute();
  const chosen = tabs.find((tab) => tab.value === params.tab) ?? tabs[0];
  return (
    <Page title="Settings">
      <Tabs
        value={chosen.value}
        keepMounted={false}
        onChange={(value) => {
          if (value !== null) goTo('settings', { tab: value });
        }}
      >
        <Tabs.List aria-label="Settings" mb="lg">
          {tabs.map((tab) => (
            <Tabs.Tab key={tab.value} value={tab.value} px={8}>
              {tab.label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((tab) => (
          <Tabs.Panel key={tab.value} value={tab.value}>
            <tab.content />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
