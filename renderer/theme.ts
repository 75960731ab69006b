// The look of the window: Mantine's own, with system fonts, one quiet colour and grey texts that keep AA contrast.
import { createTheme, Drawer, Modal, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  autoContrast: true,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, Cantarell, 'Noto Sans', 'DejaVu Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: '600' },
  components: {
    // A dialog's content depends on the address; without an exit animation it never shows the next state while it goes.
    Modal: Modal.extend({
      defaultProps: { transitionProps: { duration: 0 }, closeButtonProps: { 'aria-label': 'Close' }, radius: 'md' },
      styles: { title: { fontWeight: 600 } },
    }),
    Drawer: Drawer.extend({
      defaultProps: {
        transitionProps: { duration: 0 },
        closeButtonProps: { 'aria-label': 'Close' },
        position: 'right',
      },
      styles: { title: { fontWeight: 600 } },
    }),
  },
});

/** Mantine's own dimmed texts, placeholders and errors have a contrast of 3.3:1 on white, 2.6:1 on dark; AA asks for 4.5:1. */
export const cssVariables: CSSVariablesResolver = (resolved) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': resolved.colors.gray[7],
    '--mantine-color-placeholder': '#6a727a',
    '--mantine-color-error': resolved.colors.red[9],
    // Mantine's shade 9 on its own light ground stays below 4.5:1 for these.
    '--mantine-color-yellow-light-color': '#8a4600',
    '--mantine-color-green-light-color': '#1d6b2f',
    '--mantine-color-red-light-color': '#b32424',
    '--pgkeep-page': resolved.colors.gray[0],
  },
  dark: {
    '--mantine-color-dimmed': resolved.colors.dark[1],
    '--mantine-color-placeholder': '#9c9c9c',
    '--mantine-color-error': resolved.colors.red[4],
    '--pgkeep-page': resolved.colors.dark[8],
  },
});
