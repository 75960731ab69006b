// Names in a dump are bytes in the dump's own encoding. They are read so that two names which differ stay two names, also
// where this runtime does not know the encoding.

/** PostgreSQL's names (src/common/encnames.c) and those of https://encoding.spec.whatwg.org, where both have it. */
const labels: Readonly<Record<string, string>> = {
  ...{ UTF8: 'utf-8', SQL_ASCII: 'utf-8', KOI8R: 'koi8-r', KOI8U: 'koi8-u', WIN866: 'ibm866', WIN874: 'windows-874' },
  ...{ EUC_JP: 'euc-jp', EUC_KR: 'euc-kr', EUC_CN: 'gbk', LATIN1: 'iso-8859-1', LATIN2: 'iso-8859-2' },
  ...{ LATIN3: 'iso-8859-3', LATIN4: 'iso-8859-4', LATIN5: 'iso-8859-9', LATIN6: 'iso-8859-10' },
  ...{ LATIN7: 'iso-8859-13', LATIN8: 'iso-8859-14', LATIN9: 'iso-8859-15', LATIN10: 'iso-8859-16' },
  ...{ ISO_8859_5: 'iso-8859-5', ISO_8859_6: 'iso-8859-6', ISO_8859_7: 'iso-8859-7', ISO_8859_8: 'iso-8859-8' },
};

export interface NameDecoder {
  /** From now on names are in this encoding, by PostgreSQL's name for it. */
  readonly use: (encoding: string) => void;
  /** Bytes that are not of the encoding are read one character a byte. */
  readonly decode: (bytes: Buffer) => string;
}

export function createNameDecoder(): NameDecoder {
  let decoder = createDecoder('utf-8');
  return {
    use: (encoding) => {
      decoder = createDecoder(labels[encoding] ?? encoding.replace(/^WIN(\d+)$/, 'windows-$1'));
    },
    decode: (bytes) => {
      try {
        if (decoder) return decoder.decode(bytes);
      } catch {
        // Not of this encoding: below.
      }
      return bytes.toString('latin1');
    },
  };
}

/** Null when the runtime does not know it. */
function createDecoder(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true });
  } catch {
    return null;
  }
}
