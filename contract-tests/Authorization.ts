/**
 * The ways in which the checks present, garble or leave out a credential. Each is known both as a header to send and as
 * what to type in a shell, where a variable stands for the secret.
 *
 * @module
 */

/** One way to ask for admission. */
export interface Authorization {
  /** What it is, for people. */
  readonly says: string
  /** Whose credential it starts from. */
  readonly whose: "own" | "other"
  /** The `authorization` header made from the secret; `undefined` sends none. */
  readonly header: (secret: string) => string | undefined
  /** The same for a shell, made from the name of the variable that holds the secret. */
  readonly shell: (variable: string) => string | undefined
  /** Whether the workspace's id goes with it, where the credential has one. */
  readonly workspace: boolean
}

const make = (
  says: string,
  header: Authorization["header"],
  shell: Authorization["shell"],
  rest: Partial<Authorization> = {}
): Authorization => ({ says, header, shell, whose: "own", workspace: true, ...rest })

const literal = (says: string, value: string, rest: Partial<Authorization> = {}): Authorization =>
  make(says, () => value, () => value, rest)

/** As the contract has it. */
export const bearer: Authorization = make("the credential", (secret) => `Bearer ${secret}`, (name) => `Bearer $${name}`)

/** The same, of the other workspace. */
export const otherBearer: Authorization = { ...bearer, says: "the other workspace's credential", whose: "other" }

/** The scheme in lower case, which RFC 9110 section 11.1 allows and the vendor's own fake refuses. */
export const lowerCase: Authorization = make(
  "the credential with a lower-case scheme",
  (secret) => `bearer ${secret}`,
  (name) => `bearer $${name}`
)

const flip = (secret: string): string =>
  secret.replace(/[a-z]/gi, (letter) => letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())

/** None of these is the credential: each must be refused. */
export const refused: ReadonlyArray<Authorization> = [
  make("no authorization header", () => undefined, () => undefined),
  literal("an unknown key", "Bearer seam_0000unknown_contract_check_key"),
  literal("a scheme without a key", "Bearer"),
  make(
    "the key short of its last character",
    (secret) => `Bearer ${secret.slice(0, -1)}`,
    (name) => `Bearer \${${name}%?}`
  ),
  make("the key with a character added", (secret) => `Bearer ${secret}x`, (name) => `Bearer \${${name}}x`),
  make(
    "the key with its case flipped",
    (secret) => `Bearer ${flip(secret)}`,
    (name) => `Bearer $(printf %s "$${name}" | tr 'a-zA-Z' 'A-Za-z')`
  ),
  make("the key without a scheme", (secret) => secret, (name) => `$${name}`),
  make("the key under another scheme", (secret) => `Token ${secret}`, (name) => `Token $${name}`),
  make(
    "the key as a Basic user",
    (secret) => `Basic ${btoa(`${secret}:`)}`,
    (name) => `Basic $(printf %s: "$${name}" | base64 -w0)`
  )
]

/** Tokens of a kind that this operation doesn't take, none of them real. */
export const wrongKinds: ReadonlyArray<Authorization> = [
  literal("a publishable key", "Bearer seam_pk1contract_check"),
  literal("a client session token", "Bearer seam_cst1contract_check"),
  literal("a personal access token without a workspace", "Bearer seam_at1contract_check", { workspace: false }),
  literal("a console session without a workspace", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.contract", { workspace: false })
]

/** The personal access token in use, without its workspace. */
export const withoutWorkspace: Authorization = {
  ...bearer,
  says: "the personal access token without its workspace",
  workspace: false
}

/** The live token of a session: a real token, of the wrong kind. In a shell it is asked for first. */
export const sessionToken = (id: string, token: string, lookup: string): Authorization =>
  make(
    `the token of session ${id}`,
    () => `Bearer ${token}`,
    () => `Bearer $(${lookup} | sed -n 's/.*"token": *"\\([^"]*\\)".*/\\1/p' | head -n 1)`
  )
