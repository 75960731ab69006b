// The language of faults: which requests a rule means, and what it makes of them. fault-plan.ts applies the rules.
import type { AnswerName } from './fault-words.ts';
import type { RequestKind } from './request-kind.ts';

/**
 * Points of a request's life. `arrived`: its head is known, nothing of its body was taken. `body`: `afterBytes` of its
 * body were taken. `done`: its effect is stored, the answer not sent. `sending`: `afterBytes` of the answer were sent.
 */
export type Point = 'arrived' | 'body' | 'done' | 'sending';

export interface Match {
  /** One kind, or any of several; absent: every request. */
  readonly kind?: RequestKind | readonly RequestKind[];
  readonly method?: string;
  /** A regular expression for the path. */
  readonly path?: string;
  /** Requests from this offset on (chunks, downloads). */
  readonly offsetFrom?: number;
  /** Regular expressions for values of query parameters; a parameter that is absent does not match. */
  readonly query?: Readonly<Record<string, string>>;
  /** Only requests that carry the last byte of an upload, or only others. */
  readonly final?: boolean;
  /** The first of the matching requests that is meant, from now on; default 1. */
  readonly nth?: number;
  /** Meant with this probability (0 to 1) each; the server's seed makes it the same in every run. */
  readonly chance?: number;
  /** How many matching requests in a row are meant; default 1. Null: all that follow. */
  readonly times?: number | null;
}

export type Action =
  /** Answers this instead. `reason` makes Drive's error body; `body` is sent as it is (an object as JSON). */
  | {
      readonly do: 'respond';
      readonly at?: 'arrived' | 'done';
      /** A name of `fault-words.ts`: status, reason and words as Google gives them. */
      readonly like?: AnswerName;
      /** Needed without `like`. */
      readonly status?: number;
      readonly reason?: string;
      readonly message?: string;
      readonly body?: unknown;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Cuts the connection (TCP reset). `afterBytes` for `body` and `sending`; default: half of what is announced. */
  | { readonly do: 'reset'; readonly at: Point; readonly afterBytes?: number }
  /** Never answers. */
  | { readonly do: 'hang'; readonly at: Point; readonly afterBytes?: number }
  | { readonly do: 'delay'; readonly at: Point; readonly ms: number; readonly afterBytes?: number }
  /** Takes the body, or gives the answer, at this speed. */
  | { readonly do: 'throttle'; readonly at: 'body' | 'sending'; readonly bytesPerSecond: number }
  /** Keeps only the first bytes of a chunk and says so in the answer's Range (or leaves the Range out). */
  | { readonly do: 'accept-only'; readonly bytes: number | 'half'; readonly omitRange?: boolean }
  /** Answers a Range that ends after this many bytes, whatever is kept. */
  | { readonly do: 'claim-range'; readonly bytes: number }
  /** Loses stored bytes of the session beyond this many, before the request is looked at. */
  | { readonly do: 'lose-bytes'; readonly keep: number }
  /**
   * Flips one stored byte when the upload ends. `before-hash`: Drive's hashes are those of the damaged bytes;
   * `after-hash`: the hashes are right and the content is not.
   */
  | { readonly do: 'corrupt'; readonly when: 'before-hash' | 'after-hash'; readonly atByte?: number }
  /** Sets keys of the JSON answer's objects that have them, at any depth; null takes them out. */
  | { readonly do: 'change-body'; readonly set: Readonly<Record<string, unknown>> }
  /** Sets headers of the answer; null takes them out. */
  | { readonly do: 'change-headers'; readonly set: Readonly<Record<string, string | null>> }
  /** Changes the address in Location: other host, other query (null takes a key out), or without a host at all. */
  | {
      readonly do: 'change-location';
      readonly origin?: string;
      readonly query?: Readonly<Record<string, string | null>>;
      readonly relative?: boolean;
    }
  /** Gives the session another address, told by Location on the 308; the old one is lost unless `keepOld`. */
  | { readonly do: 'move-session'; readonly keepOld?: boolean }
  /** Makes the new file twice: a second one of the same name, properties and bytes under another id. */
  | { readonly do: 'duplicate' }
  /** The uploaded file has its hashes only after this time (see the switches `hashesAfterMs`, `lateHashes`). */
  | { readonly do: 'late-hashes'; readonly ms: number; readonly which?: 'sha' | 'all' }
  /** A list without the files that are newer than this, or whose name matches the regular expression. */
  | { readonly do: 'hide-files'; readonly newerThanMs?: number; readonly names?: string }
  /** A list with files that the app was never given. */
  | { readonly do: 'list-foreign' }
  /** Pages of at most this size, 0 too; the next page's token is there as long as something is left. */
  | { readonly do: 'short-pages'; readonly size: number }
  /** A download of fewer bytes than were asked for, said so in Content-Range. */
  | { readonly do: 'short-range'; readonly bytes: number }
  /** Forgets the upload session of the request, which then gets the answer for a lost session. */
  | { readonly do: 'forget-session'; readonly status?: 404 | 410; readonly at?: 'arrived' | 'done' }
  /** Takes all access tokens back before the request is checked. */
  | { readonly do: 'expire-tokens' }
  /** Answers a download with the whole file, as if it carried no Range. */
  | { readonly do: 'ignore-range' };

/** What happens at a point of any request; the other actions are asked for by the handlers. */
export const actingHere: ReadonlySet<Action['do']> = new Set<Action['do']>([
  ...(['reset', 'hang', 'delay', 'respond', 'lose-bytes', 'expire-tokens', 'forget-session'] as const),
]);

export interface MatchFacts {
  readonly kind: RequestKind;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly offset: number | null;
  readonly final: boolean;
}

/** A rule that was set. */
export interface Fault {
  readonly id: string;
  /** Requests that it changed so far. */
  readonly hits: () => number;
  readonly remove: () => void;
}

/** A request that is, or will be, stopped at a point. */
export interface Hold {
  readonly id: string;
  /** Resolves when a request has come to the point. */
  readonly reached: Promise<void>;
  /** Lets the request go on. Called before it came: it will not be stopped. */
  readonly release: () => void;
}

export interface HoldPoint {
  readonly at: Point;
  /** For `body` and `sending`; default: half of what is announced. */
  readonly afterBytes?: number;
}
