// The way to a server beside its address: certificates, an SSH server to pass through, and how long to wait for an answer.
import {
  Accordion,
  Checkbox,
  Grid,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import type { Connection, SshAuth } from '../../../shared/connection.ts';
import { newSsh, type SshValues, type TlsValues } from '../../state/connection-draft.ts';
import { ConnectionFileField } from './connection-file.tsx';
import type { ConnectionForm } from './connection-form.ts';

interface WayProps {
  readonly form: ConnectionForm;
  readonly connection: Connection | null;
}

export function ConnectionWay({ form, connection }: WayProps) {
  const { tls, ssh, sslMode } = form.values;
  const hasFiles = Object.values(tls).some((file) => file !== null);
  const open = [...(ssh ? ['ssh'] : []), ...(hasFiles ? ['tls'] : [])];
  return (
    <Accordion variant="separated" multiple defaultValue={open} chevronPosition="left">
      <Accordion.Item value="tls">
        <Accordion.Control>Certificates and waiting time</Accordion.Control>
        <Accordion.Panel>
          <TlsFields form={form} connection={connection} />
          {sslMode === 'disable' && hasFiles ? (
            <Text size="sm" mt="xs">
              With the SSL mode disable they are not used.
            </Text>
          ) : null}
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="ssh">
        <Accordion.Control>
          SSH tunnel{ssh && ssh.host !== '' ? `: ${ssh.user === '' ? '' : `${ssh.user}@`}${ssh.host}` : ''}
        </Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <Checkbox
              label="Through an SSH server"
              description="Host and port above are then as that server sees them, mostly localhost and 5432."
              checked={ssh !== null}
              onChange={(event) => {
                form.setFieldValue('ssh', event.currentTarget.checked ? newSsh : null);
              }}
            />
            {ssh ? <SshFields form={form} connection={connection} ssh={ssh} /> : null}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

const tlsFiles: readonly {
  readonly name: keyof TlsValues;
  readonly kind: 'root-cert' | 'cert' | 'key' | 'crl';
  readonly label: string;
}[] = [
  { name: 'rootCert', kind: 'root-cert', label: 'Certificate authority of the server' },
  { name: 'cert', kind: 'cert', label: 'Own certificate' },
  { name: 'key', kind: 'key', label: 'Key of the own certificate' },
  { name: 'crl', kind: 'crl', label: 'Revoked certificates' },
];

function TlsFields({ form, connection }: WayProps) {
  const { tls } = form.values;
  return (
    <Stack>
      {tlsFiles.map(({ name, kind, label }) => (
        <ConnectionFileField
          key={name}
          label={label}
          kind={kind}
          file={tls[name]}
          onChange={(file) => {
            form.setFieldValue('tls', { ...form.getValues().tls, [name]: file });
          }}
        />
      ))}
      {tls.key ? (
        <PasswordInput
          label="Passphrase of the key"
          placeholder={connection?.tls.hasPassphrase ? 'Stored; type to change it' : ''}
          autoComplete="new-password"
          {...form.getInputProps('passphrase')}
        />
      ) : null}
      <NumberInput
        label="Wait for an answer"
        description="Seconds."
        min={1}
        max={600}
        allowDecimal={false}
        maw={240}
        {...form.getInputProps('connectTimeoutSeconds')}
      />
    </Stack>
  );
}

const auths: readonly { readonly value: SshAuth; readonly label: string }[] = [
  { value: 'agent', label: 'SSH agent' },
  { value: 'key', label: 'Key file' },
  { value: 'password', label: 'Password' },
];

function SshFields({ form, connection, ssh }: WayProps & { readonly ssh: SshValues }) {
  const stored = connection?.ssh?.hasSecret === true ? 'Stored; type to change it' : '';
  return (
    <Stack>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, xs: 9 }}>
          <TextInput label="SSH host" withAsterisk spellCheck={false} {...form.getInputProps('ssh.host')} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, xs: 3 }}>
          <NumberInput
            label="SSH port"
            min={1}
            max={65535}
            clampBehavior="none"
            allowDecimal={false}
            hideControls
            {...form.getInputProps('ssh.port')}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, xs: 6 }}>
          <TextInput label="SSH user" withAsterisk spellCheck={false} {...form.getInputProps('ssh.user')} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, xs: 6 }}>
          <TextInput
            label="Through another one first"
            placeholder="user@host:22"
            spellCheck={false}
            {...form.getInputProps('ssh.jump')}
          />
        </Grid.Col>
      </Grid>
      <SegmentedControl
        fullWidth
        aria-label="How to sign in to the SSH server"
        data={[...auths]}
        value={ssh.auth}
        onChange={(value) => {
          const auth = auths.find((one) => one.value === value)?.value ?? 'agent';
          form.setFieldValue('ssh', { ...ssh, auth });
        }}
      />
      {ssh.auth === 'key' ? (
        <ConnectionFileField
          label="Private SSH key"
          kind="ssh-key"
          file={ssh.key}
          onChange={(key) => {
            form.setFieldValue('ssh', { ...ssh, key });
          }}
        />
      ) : null}
      {ssh.auth === 'agent' ? null : (
        <PasswordInput
          label={ssh.auth === 'key' ? 'Passphrase of the SSH key' : 'SSH password'}
          placeholder={stored}
          autoComplete="new-password"
          {...form.getInputProps('sshSecret')}
        />
      )}
      {ssh.trusted.map(({ host, port, fingerprint }) => (
        <Text key={`${host}:${String(port)}`} size="xs" c="dimmed" className="breakable">
          Trusted: {host}:{port}, {fingerprint}
        </Text>
      ))}
    </Stack>
  );
}
