// Takes out of texts what nobody else may read or what changes from run to run: tokens, session ids, addresses, file ids,
// times. The same value gets the same stand-in, so that two recordings can be compared line by line.

export class Sanitiser {
  readonly #known = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** From now on the value reads `(label)`, or `(label 2)` when there were others of its kind. */
  hide(value: string | undefined, label: string): void {
    if (value === undefined || value === '' || this.#known.has(value)) return;
    const count = (this.#counts.get(label) ?? 0) + 1;
    this.#counts.set(label, count);
    this.#known.set(value, count === 1 ? `(${label})` : `(${label} ${String(count)})`);
  }

  /** Looks for what an answer of Drive holds that is to be hidden. */
  learn(value: unknown, name = ''): void {
    if (Array.isArray(value)) {
      for (const item of value) this.learn(item, name);
    } else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) this.learn(inner, key);
    } else if (typeof value === 'string') {
      const label = labels[name];
      if (label !== undefined) this.hide(value, label);
    }
  }

  clean(text: string): string {
    const longestFirst = [...this.#known].sort(([a], [b]) => b.length - a.length);
    const hidden = longestFirst.reduce((result, [value, standIn]) => result.replaceAll(value, standIn), text);
    return hidden
      .replaceAll(/\b(upload_id=)[^&\s"]+/g, '$1(session)')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '(time)')
      .replaceAll(/https?:\/\/(127\.0\.0\.1|\[::1\]|localhost):\d+/g, '(here)')
      .replaceAll(/[\w.+-]+@[\w-]+\.[\w.-]+/g, '(address)');
  }

  /** Labels of what is still in a text although it was to be hidden. */
  leaks(text: string): string[] {
    const named = [...this.#known].filter(([value]) => text.includes(value)).map(([, standIn]) => standIn);
    const shapes = [/ya29\.[\w-]{10}/, /1\/\/0[\w-]{10}/, /GOCSPX-/, /upload_id=[^(]/].filter((shape) =>
      shape.test(text),
    );
    return [...named, ...shapes.map(String)];
  }
}

/** By field of an answer. */
const labels: Readonly<Record<string, string>> = {
  ...{ id: 'file', ids: 'file', parents: 'file', driveId: 'drive', teamDriveId: 'drive', headRevisionId: 'revision' },
  ...{ emailAddress: 'address', permissionId: 'person', displayName: 'name', photoLink: 'picture' },
  ...{ access_token: 'access token', refresh_token: 'refresh token', nextPageToken: 'page' },
};
