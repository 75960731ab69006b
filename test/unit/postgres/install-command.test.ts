import { describe, expect, it } from 'vitest';
import { chooseInstallCommand, parseOsRelease } from '../../../electron/engine/postgres/install-command.ts';
import { parseRegistry } from '../../../electron/engine/postgres/tool-places.ts';

const linux = (osRelease: string, arch = 'x64') => ({ platform: 'linux' as const, arch, osRelease });
const apt =
  'sudo apt-get install -y postgresql-common && sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y && sudo apt-get install -y postgresql-client-';
const rpm = 'https://download.postgresql.org/pub/repos/yum/reporpms/';

describe('the command that installs the programs', () => {
  it.each([
    ['Debian’s own version', linux('ID=debian\nVERSION_ID="12"'), 15, 'sudo apt-get install -y postgresql-client-15'],
    ['Debian, a newer one', linux('ID=debian\nVERSION_ID="12"'), 18, `${apt}18`],
    [
      'Ubuntu’s own version',
      linux('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"'),
      16,
      'sudo apt-get install -y postgresql-client-16',
    ],
    ['Ubuntu, a newer one', linux('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"'), 17, `${apt}17`],
    ['Mint, a kin of Ubuntu', linux('ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"'), 17, `${apt}17`],
    [
      'Fedora',
      linux('ID=fedora\nVERSION_ID=42'),
      18,
      `sudo dnf install -y ${rpm}F-42-x86_64/pgdg-fedora-repo-latest.noarch.rpm && sudo dnf install -y postgresql18`,
    ],
    [
      'Rocky 9, where a module is in the way',
      linux('ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"'),
      17,
      `sudo dnf install -y ${rpm}EL-9-x86_64/pgdg-redhat-repo-latest.noarch.rpm && sudo dnf -qy module disable postgresql && sudo dnf install -y postgresql17`,
    ],
    [
      'Red Hat 10 on ARM',
      linux('ID="rhel"\nVERSION_ID="10.0"', 'arm64'),
      17,
      `sudo dnf install -y ${rpm}EL-10-aarch64/pgdg-redhat-repo-latest.noarch.rpm && sudo dnf install -y postgresql17`,
    ],
    ['Amazon Linux', linux('ID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"'), 17, 'sudo dnf install -y postgresql17'],
    [
      'openSUSE',
      linux('ID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.6"'),
      17,
      'sudo zypper install postgresql17',
    ],
    ['Arch', linux('ID=arch'), 18, 'sudo pacman -Syu postgresql-libs'],
    ['Manjaro, a kin of Arch', linux('ID=manjaro\nID_LIKE=arch'), 18, 'sudo pacman -Syu postgresql-libs'],
    ['Alpine', linux('ID=alpine\nVERSION_ID=3.22.1'), 17, 'sudo apk add postgresql17-client'],
    ['NixOS', linux("ID='nixos'"), 17, 'nix profile install nixpkgs#postgresql_17'],
    ['an unknown system', linux(''), 17, 'https://www.postgresql.org/download/'],
    ['macOS', { platform: 'darwin' as const, arch: 'arm64', osRelease: '' }, 17, 'brew install postgresql@17'],
    [
      'Windows',
      { platform: 'win32' as const, arch: 'x64', osRelease: '' },
      17,
      'winget install PostgreSQL.PostgreSQL.17',
    ],
  ])('%s', (_name, system, major, command) => {
    expect(chooseInstallCommand(system, major)).toBe(command);
  });

  it('reads values with and without quotes', () => {
    expect(parseOsRelease('A="x y"\nB=z\n# C=1\nD=\'q\'\n')).toEqual({ A: 'x y', B: 'z', D: 'q' });
  });
});

it('the folders of Windows’ registry are those with the programs', () => {
  const answer =
    '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\PostgreSQL\\Installations\\postgresql-x64-17\r\n    Base Directory    REG_SZ    D:\\My Programs\\PostgreSQL\\17\r\n\r\nEnd of search: 1 match(es) found.\r\n';
  expect(parseRegistry(answer)).toEqual(['D:\\My Programs\\PostgreSQL\\17\\bin']);
});
