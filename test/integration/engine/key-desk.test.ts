// Which key new backups are made for after a kit was read, in every state that a computer can be in; and that no private key is
// ever lost, wherever the program ends.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/base/clock.ts';
import type { SecretVault } from '../../../electron/engine/base/ports.ts';
import { ensureKey, identityName, readIdentities } from '../../../electron/engine/crypto/keys.ts';
import { createKeyDesk, type KeyDesk } from '../../../electron/engine/key-desk.ts';
import { openDatabase, type Db } from '../../../electron/engine/store/database.ts';
import { writeJob } from '../../../electron/engine/store/jobs.ts';
import { writeSetting } from '../../../electron/engine/store/settings.ts';
import { writeSnapshot } from '../../../electron/engine/store/snapshots.ts';
import { createMemoryVault } from '../../support/memory-vault.ts';
import { toJob, toSnapshot } from '../../unit/rows.ts';

let folder: string;
let db: Db;
let close: () => void;
let vault: SecretVault;
let own: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgkeep-keys-'));
  ({ db, close } = openDatabase(path.join(folder, 'pgkeep.db')));
  vault = createMemoryVault();
  await ensureKey(vault, null);
  own = (await vault.read(identityName)) ?? '';
  writeSetting(db, 'key', {
    recipient: await identityToRecipient(own),
    createdAt: '2026-01-01T00:00:00Z',
    kitSavedAt: null,
  });
});

afterEach(() => {
  close();
  rmSync(folder, { recursive: true });
});

const createDesk = (from: SecretVault = vault): KeyDesk =>
  createKeyDesk({
    db,
    vault: from,
    clock: systemClock,
    onChanged: () => undefined,
    probe: () => Promise.resolve(null),
  });

function writeKit(...identities: string[]): string {
  const file = path.join(folder, 'kit.txt');
  writeFileSync(file, `# Key made:  2020-02-02T00:00:00.000Z\n${identities.join('\n')}\n`);
  return file;
}

function addSnapshot(runId: string | null): void {
  writeJob(db, toJob({ connectionId: null }));
  writeSnapshot(db, toSnapshot({ runId }));
}

describe('a kit that is read', () => {
  it('is adopted on a computer without backups, with its date and its former keys', async () => {
    const [first, second] = [await generateX25519Identity(), await generateX25519Identity()];
    const { use, key } = await createDesk().readKit(writeKit(first, second));
    expect(use).toBe('adopted');
    expect(key).toMatchObject({ recipient: await identityToRecipient(first), createdAt: '2020-02-02T00:00:00.000Z' });
    expect(key.kitSavedAt).not.toBeNull();
    expect(new Set(await readIdentities(vault))).toEqual(new Set([first, own, second]));
    expect(await ensureKey(vault, key.recipient)).toBe(key.recipient);
  });

  it('is adopted where only backups from Drive are listed', async () => {
    addSnapshot(null);
    expect((await createDesk().readKit(writeKit(await generateX25519Identity()))).use).toBe('adopted');
  });

  it('is only added where this computer has backed up', async () => {
    addSnapshot('r1');
    const other = await generateX25519Identity();
    const { use, key } = await createDesk().readKit(writeKit(other));
    expect(use).toBe('added');
    expect(key).toMatchObject({
      recipient: await identityToRecipient(own),
      former: [await identityToRecipient(other)],
    });
    expect(await readIdentities(vault)).toEqual([own, other]);
  });

  it('is only added after another kit was adopted', async () => {
    const desk = createDesk();
    const [first, second] = [await generateX25519Identity(), await generateX25519Identity()];
    await desk.readKit(writeKit(first));
    const { use, key } = await desk.readKit(writeKit(second));
    expect({ use, recipient: key.recipient }).toEqual({ use: 'added', recipient: await identityToRecipient(first) });
  });

  it('puts the computer’s own key back when the key store has lost it, wherever in the kit it stands', async () => {
    addSnapshot('r1');
    await vault.remove(identityName);
    const other = await generateX25519Identity();
    expect((await createDesk().readKit(writeKit(other, own))).use).toBe('put-back');
    expect(await readIdentities(vault)).toEqual([own, other]);
  });

  it('of another key is no replacement for one that is lost', async () => {
    addSnapshot('r1');
    await vault.remove(identityName);
    const { use, key } = await createDesk().readKit(writeKit(await generateX25519Identity()));
    expect({ use, recipient: key.recipient }).toEqual({ use: 'added', recipient: await identityToRecipient(own) });
    await expect(ensureKey(vault, key.recipient)).rejects.toMatchObject({ code: 'crypto/key-missing' });
  });

  it('loses no key, whichever write to the key store is the last', async () => {
    const first = await generateX25519Identity();
    for (const last of [0, 1]) {
      let writes = 0;
      const breaking: SecretVault = {
        ...vault,
        write: (name, value) => {
          writes += 1;
          if (writes > last) throw new Error('the power is gone');
          return vault.write(name, value);
        },
      };
      await expect(createDesk(breaking).readKit(writeKit(first))).rejects.toThrow('the power is gone');
      expect(await readIdentities(vault)).toContain(own);
    }
  });

  it('comes out of a kit that is saved afterwards with every key', async () => {
    addSnapshot('r1');
    const desk = createDesk();
    const other = await generateX25519Identity();
    await desk.readKit(writeKit(other));
    const file = path.join(folder, 'saved.txt');
    await desk.writeKit(file);
    const text = readFileSync(file, 'utf8');
    expect(text.indexOf(own)).toBeGreaterThan(0);
    expect(text.indexOf(other)).toBeGreaterThan(text.indexOf(own));
    expect((await desk.readKit(file)).use).toBe('known');
  });
});

it('a kit that is saved while another one is adopted holds the private key of its public one', async () => {
  const first = await generateX25519Identity();
  const recipient = await identityToRecipient(first);
  let saving: Promise<unknown> = Promise.resolve();
  const file = path.join(folder, 'saved.txt');
  const desk = createDesk({
    ...vault,
    write: async (name, value) => {
      await vault.write(name, value);
      // The private key is the new one, and which one it is was not noted yet.
      if (name === identityName) saving = desk.writeKit(file);
    },
  });
  await desk.readKit(writeKit(first));
  await saving;
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(first);
  expect(/public key: (\S+)/.exec(text)?.[1]).toBe(recipient);
  expect(desk.get().recipient).toBe(recipient);
});
