// Draws the program's icons: the app icon from icons/icon.svg in all sizes, and the tray's image for every state, made
// of one cylinder and a badge. Needs rsvg-convert (Debian: librsvg2-bin); the results are committed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./icons/', import.meta.url));
const appFolder = path.join(folder, 'app');

/** Sizes in pixels that Linux desktops look for. */
const appSizes = [16, 24, 32, 48, 64, 128, 256, 512];

/** The picture electron-builder makes the Windows and macOS icons from. */
const masterSize = 1024;

/** Panels are 22 px high on Linux, 16 (scaled) on Windows; macOS menu bars take 18. The double size is for dense screens. */
const traySize = 22;
const templateSize = 18;

/** A cylinder on a grid of 24, its bands cut out. */
const cylinder = {
  body: 'M3.5 6c0-2.1 3.8-3.8 8.5-3.8S20.5 3.9 20.5 6v12c0 2.1-3.8 3.8-8.5 3.8S3.5 20.1 3.5 18z',
  bands: 'M3.5 8.2c1.2 1.6 4.5 2.6 8.5 2.6s7.3-1 8.5-2.6M3.5 14c1.2 1.6 4.5 2.6 8.5 2.6s7.3-1 8.5-2.6',
};

/** A state's badge in the lower right corner: its colour and its sign, drawn around 0,0 with a radius of 6. */
const badges = {
  idle: null,
  working: { colour: '#2f7fd6', sign: '<path d="M0 3.4V-3M-2.9-.4 0-3.3 2.9-.4"/>' },
  attention: { colour: '#d9482b', sign: '<path d="M0-3.5V.6M0 3.3v.1"/>' },
  'signed-out': { colour: '#b87a00', sign: '<path d="M-2.5-2.5 2.5 2.5M2.5-2.5-2.5 2.5"/>' },
};

const badgeAt = { x: 17.2, y: 17.2, radius: 6, gap: 1.3 };

/** White with a dark edge: readable on a light panel and on a dark one. */
function drawTray(badge) {
  return toSvg(
    `<g mask="url(#gap)">
      <path d="${cylinder.body}" fill="#fff" stroke="#1d2b3a" stroke-width="2" stroke-linejoin="round"/>
      <path d="${cylinder.bands}" fill="none" stroke="#1d2b3a" stroke-width="1.6"/>
    </g>
    ${badge ? drawDisc(badge.colour) + drawSign(badge.sign, '#fff') : ''}`,
    badge !== null,
  );
}

/** macOS colours it itself: black where there is something, bands and sign cut out. */
function drawTemplate(badge) {
  return toSvg(
    `<mask id="bands" maskUnits="userSpaceOnUse" x="0" y="0" width="24" height="24">
      <rect width="24" height="24" fill="#fff"/>
      <path d="${cylinder.bands}" fill="none" stroke="#000" stroke-width="1.6"/>
    </mask>
    <mask id="sign" maskUnits="userSpaceOnUse" x="0" y="0" width="24" height="24">
      <rect width="24" height="24" fill="#fff"/>${badge ? drawSign(badge.sign, '#000') : ''}
    </mask>
    <g mask="url(#gap)"><path d="${cylinder.body}" mask="url(#bands)"/></g>
    ${badge ? `<g mask="url(#sign)">${drawDisc('#000')}</g>` : ''}`,
    badge !== null,
  );
}

/** The badge stands free: a gap around it is cut out of the cylinder. */
function toSvg(content, hasBadge) {
  const { x, y, radius, gap } = badgeAt;
  const hole = hasBadge ? `<circle cx="${x}" cy="${y}" r="${radius + gap}" fill="#000"/>` : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
    <mask id="gap" maskUnits="userSpaceOnUse" x="0" y="0" width="24" height="24"><rect width="24" height="24" fill="#fff"/>${hole}</mask>
    ${content}</svg>`;
}

function drawDisc(colour) {
  return `<circle cx="${badgeAt.x}" cy="${badgeAt.y}" r="${badgeAt.radius}" fill="${colour}"/>`;
}

function drawSign(sign, colour) {
  const { x, y } = badgeAt;
  return `<g transform="translate(${x} ${y})" fill="none" stroke="${colour}" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round">${sign}</g>`;
}

function render(source, size, file) {
  const args = ['--width', String(size), '--height', String(size), '--output', file];
  const result = spawnSync('rsvg-convert', args, { input: source, encoding: 'utf8' });
  if (result.error) throw new Error('rsvg-convert is missing: apt-get install librsvg2-bin');
  if (result.status !== 0) throw new Error(result.stderr);
}

mkdirSync(appFolder, { recursive: true });
const appIcon = readFileSync(path.join(folder, 'icon.svg'), 'utf8');
for (const size of appSizes) render(appIcon, size, path.join(appFolder, `${size}x${size}.png`));
render(appIcon, masterSize, path.join(folder, 'icon.png'));
for (const [state, badge] of Object.entries(badges)) {
  for (const [scale, suffix] of [
    [1, ''],
    [2, '@2x'],
  ]) {
    render(drawTray(badge), traySize * scale, path.join(folder, `tray-${state}${suffix}.png`));
    render(drawTemplate(badge), templateSize * scale, path.join(folder, `tray-${state}Template${suffix}.png`));
  }
}
