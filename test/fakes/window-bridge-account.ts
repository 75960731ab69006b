// The double's answers for the Google account: sign-ins that succeed at once or wait like a person in the browser, clients,
// service accounts and folders.
import type { Account } from '../../shared/account.ts';
import { noAccount } from './no-account.ts';
import { AppError } from '../../shared/errors.ts';
import type { EngineHandlers, PgKeepEmit, ShellHandlers } from '../../shared/ipc/contract.ts';
import { topFolder, type World } from './window-bridge-data.ts';

const sharedFolder = {
  ...topFolder,
  parentId: 'chosen-folder',
  parentName: 'Backups',
  driveName: 'Office',
  onSharedDrive: true,
};

export function createAccountHandlers(
  world: World,
  emit: PgKeepEmit,
): { readonly engine: EngineHandlers['account']; readonly shell: ShellHandlers['account'] } {
  let cancel: (() => void) | null = null;
  const setAccount = (account: Account): Account => {
    world.account = account;
    emit('account.changed', account);
    return account;
  };
  /** What the browser brings back, or the person's cancelling. */
  const goToBrowser = async (): Promise<void> => {
    const before = world.account;
    setAccount({ ...before, state: 'signing-in' });
    if (!world.slowBrowser) return;
    await new Promise<void>((_resolve, reject) => {
      cancel = () => {
        setAccount(before);
        reject(new AppError('run/cancelled', 'cancelled'));
      };
    });
  };
  const signedIn = (): Account => ({
    ...world.account,
    state: 'ready',
    signedOutBy: null,
    kind: 'person',
    email: 'anna@office.example',
    folder: world.account.folder ?? topFolder,
    usageBytes: world.account.usageBytes ?? 0,
    limitBytes: 15_000_000_000,
    warnings: [],
  });
  return {
    engine: {
      get: () => world.account,
      refresh: () => world.account,
      signIn: async () => {
        await goToBrowser();
        return setAccount(signedIn());
      },
      cancelSignIn: () => {
        cancel?.();
      },
      openSignInAgain: () => undefined,
      getSignInLink: () => ({ url: 'https://accounts.example/sign-in' }),
      signOut: () => setAccount({ ...world.account, state: 'signed-out', signedOutBy: 'person' }),
      forget: () => setAccount({ ...noAccount, client: world.account.client }),
      useClientFile: () => setAccount({ ...world.account, client: 'own' }),
      useServiceAccountFile: () => world.account,
      setFolder: ({ reference }) => {
        if (reference === null) return setAccount({ ...world.account, folder: topFolder });
        if (!/[\w-]{10,}/.test(reference)) {
          throw new AppError('drive/folder-unusable', 'no address', { context: { reason: 'no-address' } });
        }
        return setAccount({ ...world.account, folder: { ...sharedFolder, id: null } });
      },
      pickFolder: async () => {
        const before = world.account;
        await goToBrowser();
        return setAccount({
          ...before,
          folder: { ...topFolder, id: null, parentId: 'chosen-folder', parentName: 'Company' },
        });
      },
    },
    shell: {
      chooseClientFile: () => {
        world.settings = { ...world.settings, googleClientId: '99-file.apps.googleusercontent.com' };
        return setAccount({ ...world.account, client: 'own' });
      },
      chooseServiceAccountFile: ({ folder, actsFor }) => {
        if (folder === null && actsFor === null) throw new AppError('drive/no-storage', 'no storage');
        return setAccount({
          ...signedIn(),
          kind: 'service-account',
          email: 'backup@pgkeep-office.iam.gserviceaccount.com',
          actsFor,
          folder: sharedFolder,
          usageBytes: null,
          limitBytes: null,
        });
      },
    },
  };
}
