/**
 * What a simulator knows: workspaces, who may read them, and their sessions. Given by hand, or generated from a seed.
 *
 * @module
 */
import type { ClientSessionEncoded } from "../ClientSession.ts"

/** The credentials that open a workspace. Made-up ones: these are plain strings. */
export interface WorkspaceCredentials {
  /** API keys. Each belongs to one workspace. */
  readonly apiKeys: ReadonlyArray<string>
  /** Personal access tokens. One may open several workspaces: the `seam-workspace` header says which. */
  readonly personalAccessTokens?: ReadonlyArray<string>
  /** Console session tokens, JWTs. One may open several workspaces: the `seam-workspace` header says which. */
  readonly consoleSessions?: ReadonlyArray<string>
}

/** A workspace. */
export interface Workspace {
  /** Its ID; every session has the same in its `workspace_id`. */
  readonly workspace_id: string
  /** Who may read it. */
  readonly credentials: WorkspaceCredentials
  /** Its sessions, in wire form and in any order. */
  readonly sessions: ReadonlyArray<ClientSessionEncoded>
}

/** What to generate. */
export interface GenerateOptions {
  /** Same seed, same workspaces. Default: 1. */
  readonly seed?: number
  /** Number of sessions in each workspace. Default: 20. */
  readonly sessions?: number
  /** Number of workspaces. Default: 1. */
  readonly workspaces?: number
}

/** Numbers from 0 up to, not including, 1. */
type Random = () => number

// Mulberry32, by Tommy Ettinger (public domain). Small, fast and the same everywhere; no source of secrets.
const seeded = (seed: number): Random => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const integer = (random: Random, min: number, max: number): number => min + Math.floor(random() * (max - min + 1))

const chance = (random: Random, probability: number): boolean => random() < probability

const pick = <A>(random: Random, from: ReadonlyArray<A>): A | undefined => from[integer(random, 0, from.length - 1)]

const times = <A>(count: number, make: (index: number) => A): Array<A> =>
  Array.from({ length: count }, (_, index) => make(index))

const subset = <A>(random: Random, from: ReadonlyArray<A>): Array<A> => from.filter(() => chance(random, 0.7))

// Texts are joined, not concatenated: engines keep a concatenation as a tree of its parts, many times its size.
const digits = "0123456789abcdef"

// RFC 9562 section 5.4, with a seeded generator.
const uuid = (random: Random): string =>
  Array.from("xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx", (pattern) =>
    pattern === "x"
      ? digits.charAt(integer(random, 0, 15))
      : pattern === "y"
      ? digits.charAt(integer(random, 8, 11))
      : pattern).join("")

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

const secret = (random: Random, prefix: string, length: number): string =>
  [prefix, ...times(length, () => alphabet.charAt(integer(random, 0, alphabet.length - 1)))].join("")

const day = 24 * 60 * 60 * 1000
// A fixed "today", so that the same seed gives the same sessions on every day.
const today = Date.UTC(2026, 10, 1)

const lifetimes = [day / 24, 2 * day, 30 * day, 365 * day, 3650 * day]

const givenNames = ["jane", "omar", "mei", "zoë", "kofi", "lucía", "noah", "花子", "ivan", "amélie"]
const familyNames = ["doe", "haddad", "chen", "müller", "mensah", "garcía", "smith", "田中", "petrov", "dubois"]

interface User {
  readonly key: string
  readonly identity: string | undefined
  readonly customer: string | undefined
  readonly webviews: ReadonlyArray<string>
  readonly accounts: ReadonlyArray<string>
}

const makeUser = (random: Random, index: number): User => {
  const given = givenNames[index % givenNames.length]
  const family = familyNames[(index + Math.floor(index / givenNames.length)) % familyNames.length]
  const round = Math.floor(index / (givenNames.length * familyNames.length))
  return {
    key: `${given}_${family}${round === 0 ? "" : `_${round}`}`,
    identity: chance(random, 0.8) ? uuid(random) : undefined,
    customer: chance(random, 0.3) ? `customer_${integer(random, 1, 999)}` : undefined,
    webviews: times(integer(random, 1, 4), () => uuid(random)),
    accounts: times(integer(random, 1, 4), () => uuid(random))
  }
}

const makeSession = (random: Random, workspace_id: string, users: ReadonlyArray<User>): ClientSessionEncoded => {
  const user = chance(random, 0.85) ? pick(random, users) : undefined
  // Somebody without a key still came through some user's webview.
  const { webviews, accounts } = user ?? pick(random, users) ?? { webviews: [], accounts: [] }
  const created = today - integer(random, 0, 500 * day)
  const lifetime = pick(random, lifetimes) ?? day
  const microseconds = integer(random, 0, 999).toString().padStart(3, "0")
  const earlierIdentities = chance(random, 0.1) ? [uuid(random)] : []
  return {
    client_session_id: uuid(random),
    connect_webview_ids: subset(random, webviews),
    connected_account_ids: subset(random, accounts),
    created_at: [new Date(created).toISOString().slice(0, -1), microseconds, "Z"].join(""),
    ...(user?.customer === undefined ? {} : { customer_key: user.customer }),
    device_count: integer(random, 0, 12),
    expires_at: new Date(created + lifetime).toISOString(),
    token: secret(random, "seam_cst1", 33),
    user_identifier_key: user?.key ?? null,
    ...(user?.identity === undefined ? {} : { user_identity_id: user.identity }),
    // Required by the contract's schema and missing in its examples: both shapes occur.
    ...(chance(random, 0.5)
      ? { user_identity_ids: [...(user?.identity === undefined ? [] : [user.identity]), ...earlierIdentities] }
      : {}),
    workspace_id
  }
}

// In each eight sessions there is one without a webview and one without an identity, however the others were drawn.
const leaveOut = (session: ClientSessionEncoded, index: number): ClientSessionEncoded => {
  if (index % 8 === 3) return { ...session, connect_webview_ids: [] }
  if (index % 8 !== 6) return session
  const { user_identity_id: _, user_identity_ids: __, ...rest } = session
  return rest
}

/** See `Simulator.generate`. */
export const generate = (options: GenerateOptions = {}): ReadonlyArray<Workspace> => {
  const { seed = 1, sessions = 20, workspaces = 1 } = options
  const random = seeded(seed)
  const personalAccessTokens = [secret(random, "seam_at1", 33)]
  const consoleSessions = [secret(random, `${secret(random, "eyJhbGciOiJIUzI1NiJ9.", 40)}.`, 43)]
  return times(workspaces, () => {
    const workspace_id = uuid(random)
    const users = times(Math.ceil(sessions / 4), (index) => makeUser(random, index))
    return {
      workspace_id,
      credentials: { apiKeys: [secret(random, "seam_sim1", 33)], personalAccessTokens, consoleSessions },
      sessions: times(sessions, (index) => leaveOut(makeSession(random, workspace_id, users), index))
    }
  })
}

/** The session of the vendor's documentation, as each of its examples shows it. */
export const example: ClientSessionEncoded & { readonly customer_id: string } = {
  client_session_id: "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc",
  connect_webview_ids: ["e0f522d4-a7b6-4f65-ba90-11cde67a893a"],
  connected_account_ids: ["c35ecf64-474a-466a-95a6-7b35cb4c8bb4"],
  created_at: "2025-06-15T16:54:17.946309Z",
  // Not declared by the contract's schema, but there in each of its examples.
  customer_id: "e387e15f-be27-47ad-881f-4a6fc5460c57",
  device_count: 1,
  expires_at: "2025-06-18T06:10:42.000Z",
  token: "seam_cst1891oqCmD_6dBwV8PJ2Fsoe9dWYVyMfVHq",
  user_identifier_key: "jane_doe",
  user_identity_id: "b4ce8233-3b35-4d2d-82ec-d48513684f0a",
  workspace_id: "b887bf84-9849-4454-a562-cf84293d9781"
}

/** See `Simulator.documented`. */
export const documented: Workspace = {
  workspace_id: example.workspace_id,
  credentials: { apiKeys: ["seam_sim1documented"] },
  sessions: [example]
}
