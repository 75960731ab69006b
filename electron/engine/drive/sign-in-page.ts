// What the browser shows when Google sends the person back: one plain page that holds nothing but words.

const pages = {
  done: { title: 'PgKeep is connected', text: 'You can close this window and go back to PgKeep.' },
  denied: {
    title: 'PgKeep was not connected',
    text: 'Access was not given. You can close this window; PgKeep says what to do.',
  },
  unticked: {
    title: 'One tick is missing',
    text: 'The box that lets PgKeep store its own files on Drive was left unticked. You can close this window and sign in again from PgKeep.',
  },
  'other-account': {
    title: 'This is another account',
    text: 'The backups belong to another Google account, so nothing was changed. You can close this window; PgKeep says which one.',
  },
  failed: {
    title: 'PgKeep was not connected',
    text: 'The sign-in did not work. You can close this window; PgKeep says what to do.',
  },
  foreign: { title: 'Nothing to do here', text: 'This address belongs to a sign-in that PgKeep did not start.' },
} as const;

export type SignInPage = keyof typeof pages;

export function renderSignInPage(page: SignInPage): string {
  const { title, text } = pages[page];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 18vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`;
}
