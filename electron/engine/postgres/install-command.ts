// The command that brings PostgreSQL's client programs of one version onto this system. Pure: what the system is comes in.
// Sources: https://www.postgresql.org/download/ (PGDG's repositories) and each distribution's own package lists.

export interface SystemFacts {
  readonly platform: NodeJS.Platform;
  /** `x64`, `arm64`. */
  readonly arch: string;
  /** Text of /etc/os-release; empty where there is none. */
  readonly osRelease: string;
}

const pages: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  win32: 'https://www.postgresql.org/download/windows/',
  darwin: 'https://www.postgresql.org/download/macosx/',
};
const anyPage = 'https://www.postgresql.org/download/';

/** The one PostgreSQL that a release of Debian or Ubuntu carries itself. */
const ownMajors: Readonly<Record<string, number>> = {
  'debian 11': 13,
  'debian 12': 15,
  'debian 13': 17,
  'ubuntu 20.04': 12,
  'ubuntu 22.04': 14,
  'ubuntu 24.04': 16,
  'ubuntu 25.04': 17,
  'ubuntu 25.10': 17,
  'ubuntu 26.04': 18,
};

/** PGDG's own script that adds its repository: https://wiki.postgresql.org/wiki/Apt */
const addAptRepository =
  'sudo apt-get install -y postgresql-common && sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y';

/** A command, or the page that leads to one. */
export function chooseInstallCommand({ platform, arch, osRelease }: SystemFacts, major: number): string {
  const version = String(major);
  if (platform === 'darwin') return `brew install postgresql@${version}`;
  if (platform === 'win32') return `winget install PostgreSQL.PostgreSQL.${version}`;
  const facts = parseOsRelease(osRelease);
  const id = facts['ID'] ?? '';
  const kin = [id, ...(facts['ID_LIKE'] ?? '').split(' ')];
  const release = facts['VERSION_ID'] ?? '';
  if (kin.includes('debian') || kin.includes('ubuntu')) {
    const install = `sudo apt-get install -y postgresql-client-${version}`;
    return ownMajors[`${id} ${release}`] === major ? install : `${addAptRepository} && ${install}`;
  }
  if (id === 'amzn') return `sudo dnf install -y postgresql${version}`;
  if (id === 'fedora') {
    return `sudo dnf install -y ${toRpmRepository(`F-${release}`, 'fedora', arch)} && sudo dnf install -y postgresql${version}`;
  }
  if (kin.includes('rhel') || kin.includes('centos') || kin.includes('fedora')) {
    const major = release.split('.')[0] ?? '';
    // Releases 8 and 9 have a module of their own in the way.
    const hide = ['8', '9'].includes(major) ? 'sudo dnf -qy module disable postgresql && ' : '';
    return `sudo dnf install -y ${toRpmRepository(`EL-${major}`, 'redhat', arch)} && ${hide}sudo dnf install -y postgresql${version}`;
  }
  if (kin.some((name) => name.includes('suse'))) return `sudo zypper install postgresql${version}`;
  if (kin.includes('arch')) return 'sudo pacman -Syu postgresql-libs';
  if (id === 'alpine') return `sudo apk add postgresql${version}-client`;
  if (id === 'gentoo') return `sudo emerge dev-db/postgresql:${version}`;
  if (id === 'nixos') return `nix profile install nixpkgs#postgresql_${version}`;
  return pages[platform] ?? anyPage;
}

function toRpmRepository(release: string, family: string, arch: string): string {
  const cpu = arch === 'arm64' ? 'aarch64' : 'x86_64';
  return `https://download.postgresql.org/pub/repos/yum/reporpms/${release}-${cpu}/pgdg-${family}-repo-latest.noarch.rpm`;
}

/** `NAME=value` lines, with or without quotes: https://www.freedesktop.org/software/systemd/man/os-release.html */
export function parseOsRelease(text: string): Record<string, string> {
  const found = [...text.matchAll(/^([A-Z_]+)=(?:"([^"]*)"|'([^']*)'|(\S*))\s*$/gm)];
  return Object.fromEntries(found.map(([, name = '', a, b, c]) => [name, a ?? b ?? c ?? '']));
}
