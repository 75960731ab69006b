// A PostgreSQL server the user backs up. Passwords and passphrases are never part of it: they lie in the vault.
import { z } from 'zod';

/** libpq's sslmode values: https://www.postgresql.org/docs/current/libpq-ssl.html */
export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

/** The files a connection can name, each chosen in a dialog of the shell or written in a `.env` or service file. */
export const connectionFileKinds = ['root-cert', 'cert', 'key', 'crl', 'ssh-key'] as const;
export type ConnectionFileKind = (typeof connectionFileKinds)[number];

/** A file by the id that a draft sends; the path is for people to read. */
export const connectionFileSchema = z.object({ id: z.string(), path: z.string() });
export type ConnectionFile = z.infer<typeof connectionFileSchema>;

const fileSchema = connectionFileSchema.nullable().default(null);

/** libpq's sslrootcert, sslcert, sslkey and sslcrl; null: where libpq looks by itself. */
export const connectionTlsSchema = z.object({
  rootCert: fileSchema,
  cert: fileSchema,
  key: fileSchema,
  crl: fileSchema,
  hasPassphrase: z.boolean().default(false),
});
export type ConnectionTls = z.infer<typeof connectionTlsSchema>;

/** `agent`: the keys of the running ssh agent. */
export const sshAuths = ['agent', 'key', 'password'] as const;
export type SshAuth = (typeof sshAuths)[number];

/** A host key that a person has compared: `SHA256:…` as `ssh-keygen -l` prints it. */
const trustedKeySchema = z.object({
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65535),
  fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
});
export type TrustedKey = z.infer<typeof trustedKeySchema>;

const sshFields = {
  host: z.string().trim().min(1).max(255),
  port: z.number().int().min(1).max(65535).default(22),
  user: z.string().trim().min(1).max(100),
  auth: z.enum(sshAuths),
  /** `user@host:port` of a host to pass through first; it takes the same key, agent or password. */
  jump: z
    .string()
    .trim()
    .regex(/^(?:[^@\s]+@)?(?:\[[^\]\s]+\]|[^:@\s]+)(?::\d{1,5})?$/)
    .nullable()
    .default(null),
  trusted: z.array(trustedKeySchema).default([]),
};

/** The way through an SSH server. `host` and `port` of the connection are then as that server sees them. */
export const connectionSshSchema = z.object({
  ...sshFields,
  key: fileSchema,
  /** The password, or the passphrase of the key. */
  hasSecret: z.boolean().default(false),
});
export type ConnectionSsh = z.infer<typeof connectionSshSchema>;

export const defaultConnectTimeoutSeconds = 10;
const connectTimeoutSchema = z.number().int().min(1).max(600);

/** What a stored connection has beside its address; rows of older versions have none of it. */
export const connectionOptionsSchema = z.object({
  connectTimeoutSeconds: connectTimeoutSchema.default(defaultConnectTimeoutSeconds),
  tls: connectionTlsSchema.prefault({}),
  ssh: connectionSshSchema.nullable().default(null),
});
export type ConnectionOptions = z.infer<typeof connectionOptionsSchema>;

const fields = {
  name: z.string().trim().min(1).max(100),
  /** Host name, address, the folder of a Unix socket (begins with `/`), or an abstract one (begins with `@`). */
  host: z.string().trim().min(1).max(255),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1).max(63),
  /** The database to connect to for questions about the server, mostly `postgres`. */
  database: z.string().min(1).max(63),
  sslMode: z.enum(sslModes),
};

export const connectionSchema = z.object({
  id: z.string(),
  ...fields,
  hasPassword: z.boolean(),
  createdAt: z.string(),
  ...connectionOptionsSchema.shape,
  /** What the server said of itself when it was last asked; null: never yet. */
  seen: z.object({ version: z.string(), major: z.number(), at: z.string() }).nullable().default(null),
});
export type Connection = z.infer<typeof connectionSchema>;

const fileId = z.string().min(1).nullable();

/**
 * What a form sends. Files go by id. What is absent stays as it is stored, or has its default in a new connection; an empty
 * secret removes the stored one.
 */
export const connectionDraftSchema = z.object({
  id: z.string().optional(),
  ...fields,
  password: z.string().max(1000).optional(),
  connectTimeoutSeconds: connectTimeoutSchema.optional(),
  tls: z.object({ rootCert: fileId, cert: fileId, key: fileId, crl: fileId }).optional(),
  /** Of the TLS key. */
  passphrase: z.string().max(1000).optional(),
  ssh: z
    .object({ ...sshFields, key: fileId })
    .nullable()
    .optional(),
  sshSecret: z.string().max(1000).optional(),
  /** A server that was found on this computer: the password that stands in its file is taken over. */
  foundId: z.string().optional(),
});
export type ConnectionDraft = z.infer<typeof connectionDraftSchema>;

/** A statement that gives a right which a dump needs. */
const missingRightSchema = z.object({
  kind: z.enum(['schema', 'table', 'sequence', 'row-security', 'large-objects']),
  name: z.string(),
  grant: z.string(),
});

/** What "Test" answers about a server that could be reached. */
export const connectionReportSchema = z.object({
  /** As the server says it, e.g. `15.18`. */
  serverVersion: z.string(),
  /** The database that was looked into. */
  database: z.string(),
  sizeBytes: z.number(),
  encoding: z.string(),
  collation: z.string(),
  extensions: z.array(z.object({ name: z.string(), version: z.string() })),
  isSuperuser: z.boolean(),
  isStandby: z.boolean(),
  /** Null: the session is not encrypted by PostgreSQL. */
  tls: z.object({ version: z.string(), cipher: z.string() }).nullable(),
  /** `user@host:port` of the SSH server that the way leads through. */
  through: z.string().nullable(),
  /** The user's databases that allow connections, by name. */
  databases: z.array(z.object({ name: z.string(), sizeBytes: z.number().nullable() })),
  /** The pg_dump that will be used; null when none on this machine is new enough. */
  pgDump: z.object({ path: z.string(), version: z.string() }).nullable(),
  /** How to get one, when there is none. */
  install: z.string().nullable(),
  /** What a dump of `database` needs and the user may not read; at most 100 of `missingCount`. */
  missing: z.array(missingRightSchema),
  missingCount: z.number(),
  /** Sentences about what will not work or is worth knowing, with what to do. Empty when all is well. */
  warnings: z.array(z.string()),
});
export type ConnectionReport = z.infer<typeof connectionReportSchema>;
