// The tray's images: the program's own files, or a plain disc of the state's colour where they are missing.
import { nativeImage, type NativeImage } from 'electron';
import type { TrayModel } from '../../shared/tray-model.ts';
import { findFile } from './paths.ts';

type IconName = TrayModel['icon'];

/** Red, green, blue of the stand-in; readable on light and dark panels. */
const colours: Readonly<Record<IconName, readonly [number, number, number]>> = {
  idle: [0x33, 0x8a, 0x57],
  working: [0x2f, 0x7f, 0xd6],
  attention: [0xd9, 0x48, 0x2b],
  'signed-out': [0xc9, 0x8a, 0x12],
};

/** Answers the image for a state; each is loaded once. `@2x` files beside it are found by Electron itself. */
export function createTrayIcons(iconDirs: readonly string[]): (name: IconName) => NativeImage {
  const known = new Map<IconName, NativeImage>();
  return (name) => {
    const image = known.get(name) ?? loadIcon(name, iconDirs);
    known.set(name, image);
    return image;
  };
}

function loadIcon(name: IconName, iconDirs: readonly string[]): NativeImage {
  const isMac = process.platform === 'darwin';
  const file =
    (isMac ? findFile(iconDirs, `tray-${name}Template.png`) : null) ?? findFile(iconDirs, `tray-${name}.png`);
  const image = file ? nativeImage.createFromPath(file) : nativeImage.createEmpty();
  if (image.isEmpty()) return drawDisc(colours[name], 22);
  image.setTemplateImage(isMac && file?.endsWith('Template.png') === true);
  return image;
}

function drawDisc([red, green, blue]: readonly [number, number, number], size: number): NativeImage {
  const pixels = Buffer.alloc(size * size * 4);
  const centre = (size - 1) / 2;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const alpha = Math.min(1, Math.max(0, centre - Math.hypot(x - centre, y - centre)));
      // Electron's bitmaps are BGRA, colours multiplied by alpha.
      pixels.set([blue * alpha, green * alpha, red * alpha, 255 * alpha].map(Math.round), (y * size + x) * 4);
    }
  }
  return nativeImage.createFromBitmap(pixels, { width: size, height: size });
}
